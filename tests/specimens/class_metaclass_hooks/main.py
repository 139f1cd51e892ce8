class Ordered(type):
    @classmethod
    def __prepare__(cls, name, bases):
        return {}


def registered(name, bases, namespace):
    return type(name, bases, namespace)


def by_class():
    class Job(metaclass=Ordered):
        pass


def by_function():
    class Job(metaclass=registered):
        pass


by_class()
by_function()
