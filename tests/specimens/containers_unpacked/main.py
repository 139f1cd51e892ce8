def a():
    return 1


def b():
    return 2


def c():
    return 3


def d():
    return 4


first, (second, *rest) = a, (b, c, c)
first()
second()
rest[0]()
unused = d
