import weakref


class Row:
    def use(self):
        return 1

    def other(self):
        return 2


def by_reference(row):
    found = weakref.ref(row)
    found().use()


def by_class(row):
    found = weakref.ReferenceType(row, is_gone)
    found().use()


def is_gone(reference):
    return reference()


row = Row()
by_reference(row)
by_class(row)
