import copy
import dataclasses


class Plain:
    def use(self):
        return 1


class Own:
    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


class Other:
    def __copy__(self):
        return self


@dataclasses.dataclass
class Record:
    row: object

    def __post_init__(self):
        return None


def shallow(plain):
    copy.copy(plain).use()


def of_own(own):
    copy.copy(own)


def deep(own):
    copy.deepcopy(own)


def of_deep(plain):
    copy.deepcopy(plain).use()


def as_tuple(record):
    dataclasses.astuple(record)


def as_dict(record):
    dataclasses.asdict(record)


def replaced(record):
    dataclasses.replace(record, row=Plain()).row.use()


shallow(Plain())
of_own(Own())
deep(Own())
of_deep(Plain())
as_tuple(Record(Own()))
as_dict(Record(Own()))
replaced(Record(None))
Other()
