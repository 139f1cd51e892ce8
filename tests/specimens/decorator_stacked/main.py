def outer(f):
    def first():
        return f()

    return first


def inner(f):
    def second():
        return f()

    return second


@outer
@inner
def work():
    return 1


work()
