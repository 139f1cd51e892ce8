from importlib import import_module

SETTINGS = {"host": "localhost:80", "mode": "none", "name": "Our plugins", "plugin": "json", "other": "plugins.letters"}


def load(key):
    return import_module(SETTINGS[key]).Plugin()


def run(key):
    load(key).start()


run(input())
