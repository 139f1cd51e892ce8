def first():
    return 1


def second():
    return 2


def run():
    f = first
    f = second
    return f()


run()
