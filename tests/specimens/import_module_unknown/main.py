import importlib


def start(name):
    importlib.import_module(name)
