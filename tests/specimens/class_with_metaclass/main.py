import future.utils
import six


def with_metaclass(meta, *bases):
    class metaclass(type):
        def __new__(cls, name, this_bases, body):
            return meta(name, bases, body)

    return type.__new__(metaclass, "temporary_class", (), {})


class Registered(type):
    def __init__(cls, name, bases, body):
        super().__init__(name, bases, body)


class Base:
    def run(self):
        pass


class Order(with_metaclass(Registered, Base)):
    pass


class Line(six.with_metaclass(Registered, Base)):
    pass


class Parcel(future.utils.with_metaclass(Registered, Base)):
    pass


Order().run()
Line().run()
Parcel().run()
