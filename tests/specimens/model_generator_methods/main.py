class Row:
    def use(self):
        return 1

    def show(self):
        return 2


class Other:
    def use(self):
        return 3


def task():
    return 1


def rows():
    try:
        found = yield Row()
        found()
    except ValueError:
        yield Row()


def by_next():
    rows().__next__().use()


def by_send():
    iterator = rows()
    next(iterator)
    try:
        iterator.send(task)
    except StopIteration:
        pass


def by_throw():
    iterator = rows()
    next(iterator)
    iterator.throw(ValueError()).use()


def by_close():
    iterator = rows()
    next(iterator).show()
    iterator.close()


by_next()
by_send()
by_throw()
by_close()
Other()
