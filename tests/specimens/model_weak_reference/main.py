import weakref


class Row:
    def use(self):
        return 1

    def other(self):
        return 2


def by_reference(row):
    found = weakref.ref(row)
    found().use()


row = Row()
by_reference(row)
