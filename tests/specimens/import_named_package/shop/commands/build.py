from shop.base import Command


class Helper:
    def run(self):
        return 2


class Build(Command):
    def run(self):
        return 1
