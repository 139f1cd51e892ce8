import importlib
import json
import pkgutil

SETTINGS = json.loads(input())
PACKAGE = "shop.tools"


def plugins():
    package = importlib.import_module(PACKAGE)
    return [info.name for info in pkgutil.iter_modules(package.__path__)]


def load(text):
    module, _, name = text.rpartition(".")
    return getattr(importlib.import_module(module), name)


plugins()
load(SETTINGS["class"])(SETTINGS)
