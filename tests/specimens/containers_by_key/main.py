def a():
    return 1


def b():
    return 2


def c():
    return 3


def d():
    return 4


table = {"a": a, "b": b}
table["b"]()
rows = [c, d]
rows[1]()
