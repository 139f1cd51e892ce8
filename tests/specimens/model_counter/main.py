import collections


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


def count(rows):
    for row in collections.Counter(rows):
        row.use()


count([Row()])
Other()
