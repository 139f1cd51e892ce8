import types


class Base:
    def start(self):
        return self.run()

    def run(self):
        return 0


class Meta(type):
    def __call__(cls):
        return super().__call__()


def by_type():
    made = type("Made", (Base,), {"run": lambda self: 1})
    made().run()
    made().start()


def initialize(self):
    self.size = 1


def by_names(size):
    namespace = dict(__init__=initialize, area=property(lambda self: 2))
    return type("Made", (), namespace)().area


def by_metaclass():
    Meta("Made", (Base,), {"run": lambda self: 3})().run()


def fill(namespace):
    namespace["run"] = lambda self: 4


def by_new_class():
    types.new_class("Made", (Base,), {}, fill)().start()


def extended(cls):
    return type(cls.__name__, (cls,), {"more": lambda self: 5, **cls.__dict__})


@extended
class Own:
    def less(self):
        return 6


def by_decorator():
    Own().more()
    Own().less()


def of_unknown(namespace):
    type("Made", (Base,), namespace)().run()


def of_unknown_names(names):
    type("Made", (Base,), {name: initialize for name in names})().run()


def attributes():
    types.SimpleNamespace(run=fill).run({})


by_type()
by_names(1)
by_metaclass()
by_new_class()
by_decorator()
of_unknown(input())
of_unknown_names(input())
attributes()
