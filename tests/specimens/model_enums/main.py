import enum


class Level(enum.IntEnum):
    LOW = 1

    def show(self):
        return 1


class Access(enum.Flag):
    READ = 1

    def show(self):
        return 2


class Bits(enum.IntFlag):
    ONE = 1

    def show(self):
        return 3


class Text(enum.StrEnum):
    A = "a"

    def show(self):
        return 4


@enum.unique
class Color(enum.Enum):
    RED = 1

    def show(self):
        return 5


class Unused(enum.Enum):
    ONE = 1

    def show(self):
        return 6


def of_integer():
    Level.LOW.show()


def of_flag():
    Access.READ.show()


def of_bits():
    Bits(1).show()


def of_text():
    Text["A"].show()


def of_unique():
    for color in Color:
        color.show()


of_integer()
of_flag()
of_bits()
of_text()
of_unique()
