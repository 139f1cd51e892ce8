from typing import NamedTuple


def a():
    return 1


def b():
    return 2


class Pair(NamedTuple):
    first: object
    second: object

    def both(self):
        return self.first()


pair = Pair(a, b)
pair.both()
pair.first()
_, second = pair
second()
