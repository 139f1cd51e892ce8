import weakref


class Row:
    def use(self):
        return 1

    def run(self):
        return 2

    def finish(self):
        return 3


def by_proxy(row):
    weakref.proxy(row).run()


def by_method(row):
    weakref.WeakMethod(row.finish)()()


def not_called(row):
    return weakref.WeakMethod(row.use)


row = Row()
by_proxy(row)
by_method(row)
not_called(row)
