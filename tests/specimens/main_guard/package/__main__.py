def run():
    return 1


if "__main__" == __name__:
    run()
