import math
import operator


class Number:
    def __abs__(self):
        return 1

    def __int__(self):
        return 1

    def __float__(self):
        return 1.0

    def __floor__(self):
        return 1

    def __ceil__(self):
        return 1

    def __trunc__(self):
        return 1

    def __index__(self):
        return 1

    def __bool__(self):
        return True

    def __len__(self):
        return 1

    def __hash__(self):
        return 1

    def __round__(self):
        return 1


class Complex:
    def __complex__(self):
        return 1j


def by_abs(number):
    abs(number)


def by_int(number):
    int(number)


def by_float(number):
    float(number)


def by_bool(number):
    bool(number)


def by_complex(number):
    complex(number)


def by_floor(number):
    math.floor(number)


def by_ceil(number):
    math.ceil(number)


def by_trunc(number):
    math.trunc(number)


def by_index(number):
    operator.index(number)


def by_range(number):
    range(number)


def by_len(number):
    len(number)


def by_hash(number):
    hash(number)


def by_round(number):
    round(number)


def by_callable(number):
    callable(number)


def by_id(number):
    id(number)


by_abs(Number())
by_int(Number())
by_float(Number())
by_bool(Number())
by_complex(Complex())
by_floor(Number())
by_ceil(Number())
by_trunc(Number())
by_index(Number())
by_range(Number())
by_len(Number())
by_hash(Number())
by_round(Number())
by_callable(Number())
by_id(Number())
