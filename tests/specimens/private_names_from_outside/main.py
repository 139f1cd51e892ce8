"""What Python spells `_Task__types` outside of `Task` is what `Task` calls `__types`."""


class Registering(type):
    def __init__(cls, *args):
        super().__init__(*args)
        if cls.__name__ != "Task":
            Task._Task__types[cls.__key__] = cls


class Task(metaclass=Registering):
    __types = {}

    @classmethod
    def make(cls, key):
        return cls.__types[key]()

    def __hidden(self):
        return 1

    def _other__hidden(self):
        return 2


class Copy(Task):
    __key__ = "copy"

    def run(self):
        return self._Task__hidden()


class Move(Task):
    __key__ = "move"

    def run(self):
        return self._other__hidden()


def by_key(key):
    return Task.make(key).run()


def set_from_outside():
    Task._Task__how = work
    return asked(Task)


def work():
    return 3


def asked(cls):
    return cls._Task__how()
