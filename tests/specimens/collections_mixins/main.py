from collections import UserDict
from collections.abc import Mapping, MutableSequence, Sequence, Set


class Table(Mapping):
    def __getitem__(self, key):
        return 1

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0


class Row(Sequence):
    def __getitem__(self, index):
        return 1

    def __len__(self):
        return 0


class Rows(MutableSequence):
    def __getitem__(self, index):
        return 1

    def __setitem__(self, index, value):
        return None

    def __delitem__(self, index):
        return None

    def __len__(self):
        return 0

    def insert(self, index, value):
        return None


class Some(Set):
    def __contains__(self, value):
        return True

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0


class Checked(UserDict):
    def __setitem__(self, key, value):
        return None


class Plain(dict):
    def __getitem__(self, key):
        return 1


class Keyed:
    def keys(self):
        return []

    def __getitem__(self, key):
        return 1


def items(table):
    for _ in table.items():
        pass


def copied(table):
    return dict(table)


def spread(keyed):
    return {**keyed}


def passed(keyed):
    return dict(**keyed)


def contained(row):
    return 1 in row


def found(row):
    return row.index(1)


def appended(rows):
    rows.append(1)


def common(some):
    return some & {1}


def made():
    return Checked(a=1)


def plain(table):
    return table.get("a")


items(Table())
copied(Table())
spread(Keyed())
passed(Keyed())
contained(Row())
found(Row())
appended(Rows())
common(Some())
made()
plain(Plain())
