import lib
from lib.screens import Screen


class Viewer:
    def visit(self, where):
        return where

    @property
    def location(self):
        return 1


class Unasked:
    def visit(self, where):
        return where


class Main(Screen):
    def go(self):
        self.query_one(Viewer).visit("x")
        box = self.query_one("#viewer", Viewer)
        return box.location


def f():
    container = lib.Container()
    container.register(Unasked)
    container.get(service=Viewer).visit("y")
    lib.count(Viewer).other()
    Main().go()
