def imported():
    import tool

    return tool.answer()


def started():
    import package.__main__

    return package
