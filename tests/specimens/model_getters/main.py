import operator


class Row:
    @property
    def size(self):
        return 1

    def use(self):
        return 2

    def other(self):
        return 3


def by_attribute(row):
    operator.attrgetter("use")(row)()


def by_property(row):
    get = operator.attrgetter("size")
    get(row)


def by_method(row):
    operator.methodcaller("use")(row)


def only_made():
    return operator.methodcaller("other")


by_attribute(Row())
by_property(Row())
by_method(Row())
only_made()
