import math


class Place:
    def __index__(self):
        return 1


class Real:
    def __float__(self):
        return 1.0


def by_int(place):
    int(place)


def by_float(place):
    float(place)


def by_floor(real):
    math.floor(real)


def by_ceil(real):
    math.ceil(real)


by_int(Place())
by_float(Place())
by_floor(Real())
by_ceil(Real())
