"""Class methods that only a base of an unknown library has: by their names they make, or find, an object of the class."""

import actors


class Worker(actors.Actor):
    def __init__(self, name): ...

    def on_start(self): ...

    def press(self): ...


class Order(actors.Row):
    def total(self): ...


class Plain(actors.Row):
    def total(self): ...


def started():
    handle = Worker.start("one")
    handle.proxy().press()


def found():
    Order.get_by_id(1).total()


def listed():
    Plain.select().total()


def main():
    started()
    found()
    listed()
