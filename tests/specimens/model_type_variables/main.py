import typing

T = typing.TypeVar("T")
S = typing.TypeVar("S")


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


class Pair(typing.Generic[T, S]):
    def __init__(self, first: T, second: S):
        self.pair = [first, second]

    def first(self) -> T:
        return self.pair[0]

    def second(self) -> S:
        return self.pair[1]


def make() -> Pair[Row, Other]:
    return Pair(Row(), Other())


def use():
    make().first().use()


use()
