import abc
import argparse
import functools
import types


class Row:
    def use(self):
        return 1

    def more(self):
        return 2


class Base:
    def start(self):
        return self.run()

    def run(self):
        return 0


class Sub(Base):
    def run(self):
        return 1


class Unrelated:
    def run(self):
        return 3


class Table:
    def fill(self, row):
        return row.use()

    fill_one = functools.partialmethod(fill, row=Row())

    rows = property()

    @rows.getter
    def rows(self):
        return Row()


class Eager(abc.ABCMeta):
    def __call__(cls):
        return super().__call__()


class Made(metaclass=Eager):
    def use(self):
        return 2


def added(self):
    return self.start()


def by_metaclass():
    abc.ABCMeta("Made", (Base,), {"run": lambda self: 1})().start()


def by_call():
    Made().use()


def by_namespace():
    argparse.Namespace(row=Row()).row.use()


def by_subclasses():
    for cls in Base.__subclasses__():
        cls().run()


def by_partial():
    Table().fill_one()


def by_getter():
    Table().rows.more()


def by_method(base):
    types.MethodType(added, base)()


by_call()
by_namespace()
by_subclasses()
by_partial()
by_getter()
by_method(Sub())
by_metaclass()
