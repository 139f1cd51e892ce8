def start():
    import heavy

    return heavy.work()
