import contextvars


class Row:
    def use(self):
        return 1


class Default:
    def use(self):
        return 2


class Other:
    def use(self):
        return 3


class Given:
    def use(self):
        return 4


row = contextvars.ContextVar("row", default=Default())
unset = contextvars.ContextVar("unset")
other = contextvars.ContextVar("other", default=Other())


def at_first():
    row.get().use()


def of_given():
    unset.get(Given()).use()


def store():
    row.set(Row())


at_first()
of_given()
store()
at_first()
