import enum


class Other:
    def show(self):
        return 1


def show(member):
    return member.name.lower()


def of_integer():
    show(enum.IntEnum("Level", "LOW").LOW)


def of_flag():
    show(enum.Flag("Access", "READ").READ)


def of_bits():
    show(enum.IntFlag("Bits", "ONE").ONE)


def of_text():
    show(enum.StrEnum("Text", "A").A)


Other()
of_integer()
of_flag()
of_bits()
of_text()
