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
    return callable(value)


def work(row):
    for _, found in inspect.getmembers_static(row, is_used):
        found(row)


work(Row())
Other()
