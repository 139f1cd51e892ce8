def first():
    return 1


def second():
    return 2


def inner(a, *, b):
    a()
    b()


def outer(*args, **kwargs):
    inner(*args, **kwargs)


outer(first, b=second)
