import typing


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


@typing.overload
def made(name: str) -> Row: ...


@typing.overload
def made(name: int) -> Other: ...


def made(name):
    return Row()


def work():
    made("a").use()


Other()
work()
