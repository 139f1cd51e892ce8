import copy
import pickle
from dataclasses import asdict, dataclass, replace


class Part:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1

    def __repr__(self):
        return "part"

    def __deepcopy__(self, memo):
        return self

    def __getstate__(self):
        return {}


@dataclass(frozen=True)
class Whole:
    part: Part
    size: int = 0

    def __post_init__(self):
        return None


@dataclass
class Watched:
    size: int = 0

    def __setattr__(self, name, value):
        return None


class Holder:
    def __init__(self, part):
        self.part = [part]


def compared(one, other):
    return one == other


def hashed(whole):
    return hash(whole)


def shown(whole):
    return f"{whole}"


def replaced(whole):
    return replace(whole, size=1)


def as_dict(whole):
    return asdict(whole)


def copied(holder):
    return copy.deepcopy(holder)


def pickled(holder):
    return pickle.dumps(holder)


def made():
    return Watched(1)


whole = Whole(Part())
compared(whole, Whole(Part()))
hashed(whole)
shown(whole)
replaced(whole)
as_dict(whole)
copied(Holder(Part()))
pickled(Holder(Part()))
made()
