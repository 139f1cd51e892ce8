def red():
    return 1


def blue():
    return 2


def make(f):
    def run():
        return f()

    return run


one = make(red)
two = make(blue)


def first():
    return one()


def second():
    return two()


first()
second()
