class Meta(type):
    def __new__(mcs, name, bases, namespace):
        made = type.__new__(mcs, name, bases, namespace)
        made.register()
        return made


class Base(metaclass=Meta):
    @classmethod
    def register(cls):
        return 1

    def use(self):
        return 2


class Other:
    @classmethod
    def register(cls):
        return 3


Base().use()
Other()
