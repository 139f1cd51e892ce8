import functools
import itertools


class Row:
    def is_good(self):
        return True

    def key(self):
        return Key()

    def use(self):
        return 1

    def unused(self):
        return 2


class Key:
    def show(self):
        return 1

    def __lt__(self, other):
        return True


def rows():
    return [Row(), Row()]


def good(row):
    return row.is_good()


def bad(row):
    return not row.is_good()


def key(row):
    return row.key()


def merged(so_far, row):
    return row


def of_two(row, number):
    return row.key()


def by_filter():
    for row in filter(good, rows()):
        row.use()


def by_filterfalse():
    for row in itertools.filterfalse(bad, rows()):
        row.use()


def by_takewhile():
    for row in itertools.takewhile(good, rows()):
        row.use()


def by_dropwhile():
    for row in itertools.dropwhile(bad, rows()):
        row.use()


def by_map():
    for found in map(key, rows()):
        found.show()


def by_reduce():
    functools.reduce(merged, rows()).use()


def by_groupby():
    for found, group in itertools.groupby(rows(), key):
        found.show()
        for row in group:
            row.use()


def by_max():
    max(rows(), key=good).use()


def by_min():
    min(rows(), key=good).use()


def by_sorted():
    sorted(rows(), key=good)[0].use()


def by_iter():
    for found in iter(rows, []):
        found[0].use()
        break


by_filter()
by_filterfalse()
by_takewhile()
by_dropwhile()
by_map()
by_reduce()
by_groupby()
by_max()
by_min()
by_sorted()
by_iter()
