import math


class Number:
    def __abs__(self):
        return 1

    def __floor__(self):
        return 1

    def __len__(self):
        return 1

    def __fspath__(self):
        return "a"


def by_abs(number):
    abs(number)


def by_floor(number):
    math.floor(number)


def by_len(number):
    len(number)


by_abs(Number())
by_floor(Number())
by_len(Number())
