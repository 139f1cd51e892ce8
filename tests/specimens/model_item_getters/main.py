import operator


class Row:
    def __init__(self):
        self.inner = self

    @property
    def size(self):
        return 1

    def __getitem__(self, key):
        return Part()

    def scaled(self, part):
        return part.use()


class Part:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


def by_item(row):
    operator.itemgetter("a")(row).use()


def by_key(rows):
    return max(rows, key=operator.itemgetter(0))


def by_two(pair):
    first, _ = operator.itemgetter(0, 1)(pair)
    first.use()


def by_path(row):
    return operator.attrgetter("inner.size")(row)


def by_argument(row):
    return operator.methodcaller("scaled", Part())(row)


by_item(Row())
by_key([Row()])
by_two([Part(), Other()])
by_path(Row())
by_argument(Row())
