def a():
    return 1


def b():
    return 2


def c():
    return 3


f = a if input() else b
f()
g = None or c
g()
