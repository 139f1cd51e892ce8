from pkgutil import resolve_name

from werkzeug.utils import import_string


class Cart:
    def total(self):
        return 1


class Unused:
    def total(self):
        return 2


def make(name):
    return import_string(name)()


make("main.Cart").total()
resolve_name("main:Cart")()
