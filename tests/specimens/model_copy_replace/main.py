import copy
import dataclasses


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


@dataclasses.dataclass
class Record:
    row: object

    def __post_init__(self):
        return None


def make():
    return Record(None)


def replaced(record):
    copy.replace(record, row=Row()).row.use()


replaced(make())
Other()
