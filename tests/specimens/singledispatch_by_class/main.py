from collections.abc import Iterable
from functools import singledispatch


class Record:
    pass


class Document(Record):
    pass


class Review(Record):
    pass


class Other:
    pass


class Pages:
    def __iter__(self):
        return iter(())


@singledispatch
def shown(value):
    return str(value)


@shown.register
def shown_record(record: Record):
    return 1


@shown.register
def shown_document(document: Document):
    return 2


@shown.register(list)
@shown.register(tuple)
def shown_sequence(values):
    return 3


@shown.register
def shown_plain(value: int | None):
    return 4


@shown.register
def shown_iterable(value: Iterable):
    return 5


def shown_set(values):
    return 6


shown.register(set, shown_set)


def own_class():
    return shown(Document())


def base_class():
    return shown(Review())


def default():
    return shown(Other())


def builtin():
    return shown([1]), shown({1})


def none():
    return shown(None)


def structural():
    return shown(Pages())


def unknown(value):
    return shown(value)
