class Command:
    def __init__(self, name, callback):
        self.name = name
        self.callback = callback

    def invoke(self):
        return self.callback()


class Group(Command):
    def __init__(self, name):
        super().__init__(name, self.usage)

    def usage(self):
        return self.name

    def invoke(self):
        return self.callback()


class Record:
    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)


class Author(Record):
    pass


class Document(Record):
    @property
    def score(self):
        return 1

    @score.setter
    def score(self, value):
        self.rated(value)

    def rated(self, value):
        return value


class Plugin:
    known = {}

    def __init_subclass__(cls, name="", **options):
        cls.known[name] = cls


class First(Plugin, name="first"):
    def run(self):
        return 1


class Second(Plugin, name="second"):
    def run(self):
        return 2


def work():
    return 1


def commands():
    Command("work", work).invoke()
    Group("all").invoke()


def records():
    Author(score=1)
    return Document(title="")


def plugins():
    return Plugin.known["first"]().run()
