import enum


class Named(enum.Enum):
    def show(self):
        return 1


class Counted(enum.IntEnum):
    def show(self):
        return 2


class Marked(enum.Flag):
    def show(self):
        return 3


class Summed(enum.IntFlag):
    def show(self):
        return 4


class Spelled(enum.StrEnum):
    def show(self):
        return 5


def named():
    Named("Color", "RED BLUE").RED.show()


def counted():
    Counted("Color", "RED BLUE").RED.show()


def marked():
    Marked("Color", "RED BLUE").RED.show()


def summed():
    Summed("Color", "RED BLUE").RED.show()


def spelled():
    Spelled("Color", "RED BLUE").RED.show()


named()
counted()
marked()
summed()
spelled()
