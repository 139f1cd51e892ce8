import inspect


class Row:
    @property
    def size(self):
        return 1

    def use(self):
        return 2


class Other:
    def use(self):
        return 3


def is_used(value):
    return False


def by_members(row):
    inspect.getmembers(row, is_used)


by_members(Row())
Other()
