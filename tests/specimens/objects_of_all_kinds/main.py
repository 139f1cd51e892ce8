from unknown_library import Command, Directive, Task


class Build(Command):
    def execute(self):
        return 1


class Note(Directive):
    def draw(self):
        return 2


class Copy(Task):
    def copy(self):
        return 3


class Scan:
    def scan(self):
        return 4


def main():
    plugins = [Build(), Note(), Copy(), Scan()]
    for plugin in plugins:
        plugin.scan()


def few():
    for plugin in [Build(), Scan()]:
        plugin.scan()


def known():
    Build().execute()
    Note().draw()
    Copy().copy()
