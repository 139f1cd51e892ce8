def first():
    return 1


def second():
    return 2


def work():
    found = first
    other = second
    locals()["found"]()


work()
