import heapq
import sys


class Meta(type):
    def __instancecheck__(cls, instance):
        return True


class Checked(metaclass=Meta):
    @classmethod
    def __subclasshook__(cls, other):
        return True


class Number:
    def __divmod__(self, other):
        return 1

    def __pow__(self, other):
        return 1

    def __round__(self, digits=0):
        return 1

    def __radd__(self, other):
        return 1

    def __index__(self):
        return 1

    def __bytes__(self):
        return b""

    def __sizeof__(self):
        return 1


class Key:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True


class Row:
    def __reversed__(self):
        return iter(())

    def __delattr__(self, name):
        return None

    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        return None


def numbers(number):
    divmod(number, 1)
    pow(number, 2)
    round(number)
    bytes(number)
    sys.getsizeof(number)


def added(number):
    sum([number])


def indexed(number):
    range(number)
    [1, 2][number]


def stored(key):
    table = {}
    table[key] = 1


def loaded(key):
    return {"a": 1}[key]


def displayed(key):
    return {key: 1}


def in_set(key):
    found = set()
    found.add(key)


def in_list(key):
    return key in [1]


def pushed(key):
    heap = []
    heapq.heappush(heap, key)
    return heapq.heappop(heap)


def attributes(row):
    reversed(row)
    hasattr(row, "size")
    delattr(row, "name")


def unknown_name(row, name):
    setattr(row, name, 1)


def checked(value):
    isinstance(value, Checked)


numbers(Number())
added(Number())
indexed(Number())
stored(Key())
loaded(Key())
displayed(Key())
in_set(Key())
in_list(Key())
pushed(Key())
attributes(Row())
unknown_name(Row(), input())
checked(1)
