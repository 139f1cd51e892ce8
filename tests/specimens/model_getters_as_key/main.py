import operator


class Row:
    @property
    def size(self):
        return 1

    def key(self):
        return 2

    def other(self):
        return 3


def by_attribute(rows):
    rows.sort(key=operator.attrgetter("size"))


def by_method(rows):
    return sorted(rows, key=operator.methodcaller("key"))


by_attribute([Row()])
by_method([Row()])
