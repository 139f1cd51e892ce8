def early():
    return 1


def late():
    return 2


def run(a, b):
    a.__name__
    b()


run(b=late, a=early)
