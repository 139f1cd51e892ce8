import typing
import typing_extensions


class Row:
    def use(self):
        return 1


class Base:
    def make(self):
        return None


class Derived(Base):
    @typing.override
    def make(self):
        return Row()


@typing_extensions.dataclass_transform()
def record(cls):
    return cls


@record
class Pair:
    row: Row

    def __init__(self, row):
        self.row = row


Derived().make().use()
Pair(Row()).row.use()
