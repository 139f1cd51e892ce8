def a():
    return 1


def b():
    return 2


def c():
    return 3


def d():
    return 4


def middle():
    rows = [a, b, c, d]
    part = rows[1:3]
    part[0]()


def rest():
    for function in (a, b, c, d)[2:]:
        function()


def by_parameter(start):
    rows = [a, b, c, d]
    rows[start:][0]()


def unknown(start):
    rows = [a, b]
    rows[start():][0]()


def from_the_end():
    rows = [a, b]
    rows[-1:][0]()


def grown_later():
    rows = [a]
    part = rows[0:9]
    rows.append(b)
    part[0]()


def until_empty():
    rows = [a, b]
    while rows:
        rows[0]()
        rows = rows[1:]


middle()
rest()
by_parameter(0)
by_parameter(3)
unknown(len)
from_the_end()
grown_later()
until_empty()
