import functools
import operator
from operator import itemgetter


class Sum:
    def __add__(self, other):
        return Found()

    def __iadd__(self, other):
        return self

    def __neg__(self):
        return Found()

    def __lt__(self, other):
        return True

    def __rmul__(self, other):
        return Found()

    def __pow__(self, other):
        return Found()

    def __contains__(self, other):
        return True

    def __getitem__(self, key):
        return Found()

    def __setitem__(self, key, value):
        return None

    def __delitem__(self, key):
        return None

    def __bool__(self):
        return True

    def __gt__(self, other):
        return False


class Found:
    def used(self):
        return None


SIGNS = {"+": operator.add, "<": operator.lt}


def by_sign():
    SIGNS["+"](Sum(), 1).used()


def reduced():
    functools.reduce(operator.add, [Sum(), Sum()]).used()


def mapped():
    return [each.used() for each in map(operator.neg, [Sum()])]


def reflected():
    operator.mul(2, Sum()).used()


def compared():
    return operator.lt(Sum(), Sum()), operator.contains(Sum(), 1), operator.truth(Sum())


def elements():
    operator.getitem(Sum(), 1).used()
    operator.setitem(Sum(), 1, 2)
    operator.delitem(Sum(), 1)


def assigned():
    return operator.iadd(Sum(), 1)


def powered():
    pow(Sum(), 2).used()


def one():
    return 1


def two():
    return 2


def got():
    return itemgetter("a")({"a": one, "b": two})()


def several():
    second, first = itemgetter("b", "a")({"a": one, "b": two})
    return second()
