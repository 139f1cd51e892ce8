class Field:
    def add(self, value):
        return value


class Record:
    def __init__(self):
        object.__setattr__(self, "_Record__fields", {"title": Field()})
        super().__setattr__("size", Field())

    def __setattr__(self, name, value):
        self.__fields[name].add(value)

    def __getattribute__(self, name):
        return object.__getattribute__(self, name)

    def first(self):
        return object.__getattribute__(self, "size").add(1)


class Plain:
    def __setattr__(self, name, value):
        super().__setattr__(name, value)


def one():
    return 1


def two():
    return 2


def f():
    record = Record()
    record.title = 3
    record.first()
    getattr(record, "_Record__fields").get("title").add(2)


def g():
    plain = Plain()
    plain.one = one
    plain.two = two
    plain.one()
