import itertools
import random
from collections import deque


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


def rows():
    return [Row(), Row()]


def by_list():
    for row in list(rows()):
        row.use()


def by_tuple():
    tuple(rows())[0].use()


def by_set():
    for row in set(rows()):
        row.use()


def by_frozenset():
    for row in frozenset(rows()):
        row.use()


def by_reversed():
    for row in reversed(rows()):
        row.use()


def by_deque():
    deque(rows()).popleft().use()


def by_islice():
    for row in itertools.islice(rows(), 1):
        row.use()


def by_cycle():
    for row in itertools.cycle(rows()):
        row.use()
        break


def by_enumerate():
    for index, row in enumerate(rows()):
        row.use()


def by_zip():
    for row, number in zip(rows(), [1, 2]):
        row.use()


def by_zip_longest():
    for number, row in itertools.zip_longest([1, 2], rows()):
        row.use()


def by_product():
    for number, row in itertools.product([1], rows()):
        row.use()


def by_chain():
    for row in itertools.chain([], rows()):
        row.use()


def by_chain_of_iterables():
    for row in itertools.chain.from_iterable([rows()]):
        row.use()


def by_next():
    next(iter(rows())).use()


def by_choice():
    random.choice(rows()).use()


others = [Other(), Other()]
by_list()
by_tuple()
by_set()
by_frozenset()
by_reversed()
by_deque()
by_islice()
by_cycle()
by_enumerate()
by_zip()
by_zip_longest()
by_product()
by_chain()
by_chain_of_iterables()
by_next()
by_choice()
