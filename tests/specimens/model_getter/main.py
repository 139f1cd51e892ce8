class Table:
    @property
    def rows(self):
        return 1

    @rows.getter
    def rows(self):
        return 2


def work():
    return Table().rows


work()
