import importlib


class App:
    def load(self, name):
        importlib.import_module(name).setup(self)

    def add(self, what):
        return what


App().load(input())
