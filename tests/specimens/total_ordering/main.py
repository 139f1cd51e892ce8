import functools


@functools.total_ordering
class Version:
    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return self.number == other.number

    def __lt__(self, other):
        return self.number < other.number


class Release(Version):
    pass


def at_least():
    return Version(1) >= Version(2)


def at_most():
    return Release(1) <= Release(2)


def above():
    return Version(1) > Version(2)
