def a():
    return 1


def b():
    return 2


def c():
    return 3


def inserted(rows):
    rows.insert(0, c)
    rows[1]()


def removed(rows):
    del rows[0]
    rows[0]()


def last_removed(rows):
    rows.pop()
    rows[0]()


def replaced(rows):
    rows[1:] = [c]
    rows[1]()


def repeated(rows):
    (rows * 2)[3]()


def from_the_end(rows):
    rows[-1] = c
    rows[1]()


def merged(table, other):
    table.update(other)
    table["b"]()


def fill(table):
    table["b"] = b


inserted([a, b])
removed([a, b])
last_removed([a, b])
replaced([a, b])
repeated([a, b])
from_the_end([a, b])
filled_later = {}
merged({"a": a, "b": a}, filled_later)
fill(filled_later)
