import importlib
import json
import pkgutil

PACKAGES = ["shop.plugins"]


def load(path):
    package = importlib.import_module(path)
    for found in pkgutil.walk_packages(package.__path__):
        importlib.import_module(path + "." + found.name)


load(json.loads(input()))
