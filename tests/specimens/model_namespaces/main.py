class Row:
    def use(self):
        return 1

    def run(self):
        return 2


def first():
    return 1


def second():
    return 2


def by_globals():
    globals()["first"]()


def by_vars(row):
    vars(row)


def by_import():
    __import__("shop.cart").cart.total()


def by_import_top():
    __import__("store.cart").total()


by_globals()
by_vars(Row())
by_import()
by_import_top()
