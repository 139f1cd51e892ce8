from functools import singledispatchmethod


class Writer:
    @singledispatchmethod
    def write(self, value):
        return self.end()

    @write.register
    def _(self, value: int):
        return self.number()

    @write.register(str)
    def text(self, value):
        return 2

    @singledispatchmethod
    @classmethod
    def make(cls, value):
        return cls()

    @make.register
    @classmethod
    def make_number(cls, value: int):
        return cls.zero()

    @classmethod
    def zero(cls):
        return cls()

    def number(self):
        return 1

    def end(self):
        return 0


def number():
    return Writer().write(1)


def text():
    return Writer().write("")


def other():
    return Writer().write(None)


def by_class():
    return Writer.make(1)
