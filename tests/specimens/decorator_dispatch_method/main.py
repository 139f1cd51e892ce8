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

    def number(self):
        return 1

    def end(self):
        return 0


Writer().write(1)
