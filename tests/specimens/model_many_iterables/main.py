import itertools


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


def by_zip(rows, numbers):
    for a, b, c, d, e, f, row, other in zip(numbers, numbers, numbers, numbers, numbers, numbers, rows, [Other()]):
        row.use()


def by_zip_longest(rows, numbers):
    for a, b, c, d, e, f, row, other in itertools.zip_longest(
        numbers, numbers, numbers, numbers, numbers, numbers, rows, [Other()]
    ):
        row.use()


def by_product(rows, numbers):
    for a, b, c, d, e, f, g, h, i, j, row, other in itertools.product(
        numbers, numbers, numbers, numbers, numbers, numbers, numbers, numbers, numbers, numbers, rows, [Other()]
    ):
        row.use()


def by_chain(tables):
    for row in itertools.chain(*tables):
        row.use()


by_zip([Row()], [1])
by_zip_longest([Row()], [1])
by_product([Row()], [1])
by_chain([[Row()], [Row()]])
