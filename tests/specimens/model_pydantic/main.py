from pydantic.dataclasses import dataclass


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


@dataclass
class Holder:
    row: object

    def __post_init__(self):
        self.row.use()


def make():
    return Holder(Row())


make()
Other()
