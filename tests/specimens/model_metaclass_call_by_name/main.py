import abc


class Meta(type):
    def __call__(cls, *args):
        made = type.__call__(cls, *args)
        made.use()
        return made


class AbstractMeta(abc.ABCMeta):
    def __call__(cls, *args):
        made = abc.ABCMeta.__call__(cls, *args)
        made.use()
        return made


class Row(metaclass=Meta):
    def __init__(self):
        self.size = 1

    def use(self):
        return 1


class Abstract(metaclass=AbstractMeta):
    def __init__(self):
        self.size = 1

    def use(self):
        return 2


def by_type():
    Row()


def by_abstract():
    Abstract()


by_type()
by_abstract()
