import importlib


def start():
    module = importlib.import_module("plugins.csv_plugin")
    return module.load()
