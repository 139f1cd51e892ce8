from importlib import import_module


def loaders(names, package):
    return [import_module(name, package).load for name in names]


def loader(name, above):
    return import_module(name, package=above).load
