import importlib


def load(kind):
    return importlib.import_module(f"{__name__}.{kind}")
