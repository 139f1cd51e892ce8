import collections
import types
import weakref


class Row:
    def use(self):
        return 1

    def other(self):
        return 2


def make():
    return Row()


def unused():
    return Row()


def by_dict():
    dict(a=Row())["a"].use()


def by_ordered():
    collections.OrderedDict(a=Row())["a"].use()


def by_default():
    collections.defaultdict(make)["a"].use()


def by_counter():
    collections.Counter(a=Row())["a"].use()


def by_chain():
    collections.ChainMap({"a": Row()})["a"].use()


def by_proxy():
    types.MappingProxyType({"a": Row()})["a"].use()


def by_weak_keys(row):
    table = weakref.WeakKeyDictionary()
    table[row] = 1
    for key in table:
        key.use()


def by_weak_values(row):
    table = weakref.WeakValueDictionary()
    table["a"] = row
    table["a"].use()


def by_weak_set(row):
    found = weakref.WeakSet()
    found.add(row)
    for item in found:
        item.use()


row = Row()
by_dict()
by_ordered()
by_default()
by_counter()
by_chain()
by_proxy()
by_weak_keys(row)
by_weak_values(row)
by_weak_set(row)
