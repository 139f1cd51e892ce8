class Meta(type):
    def __new__(mcs, name, bases, namespace):
        return super().__new__(mcs, name, bases, namespace)

    def names(cls):
        return [cls.__name__]


class Model(metaclass=Meta):
    pass


Model.names()
