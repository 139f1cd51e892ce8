import importlib


def run(name):
    return importlib.import_module("shop.backends." + name).connect()


run(input())
