import functools


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


class Table:
    def fill(self, row):
        return row.use()

    fill_one = functools.partialmethod(fill, Row())


def work():
    Table().fill_one()


Other()
work()
