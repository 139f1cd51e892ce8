import sys


def __getattr__(name):
    return find(name)


def find(name):
    return len(name)


def work():
    return 1


def by_name():
    return sys.modules[__name__].HAS_FAST


def known():
    return sys.modules.get("main").work()
