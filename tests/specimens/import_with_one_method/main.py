from importlib import import_module


def load(name):
    return getattr(import_module("plugins." + name), "Plugin")()


def run(name):
    load(name).start()


run(input())
