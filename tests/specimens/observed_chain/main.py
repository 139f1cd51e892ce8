import importlib

import shelf


def main(name):
    module = importlib.import_module(name)
    getattr(module, name)()


def first(name):
    shelf.take(name)(3)


class Tool:
    @staticmethod
    def plain(number):
        return third(number)

    @classmethod
    def of(cls, number):
        return cls.plain(number)


def third(number):
    pass


def key(row):
    return third(row)


def outside(rows, name):
    return sorted(rows, key=shelf.take(name))
