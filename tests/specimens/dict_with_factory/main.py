from collections import defaultdict
from functools import partial
from shelf import rows


class Pages(defaultdict):
    pass


class Site:
    def __init__(self):
        self.pages = Pages(self.make)

    def make(self):
        return []

    def page(self, name):
        return self.pages[name]


def read():
    return 1


def made(kind):
    return kind


def looked_up(name):
    return rows[name]


def counted(names):
    found = defaultdict(lambda: read())
    for name in names:
        found[name] += 1
    return found


def put(name):
    rows[name] = 2
    return rows.get(name)


def kinds(name):
    return defaultdict(partial(made, "page"))[name]


looked_up("a")
counted(["b"])
put("c")
kinds("d")
Site().page("e")
