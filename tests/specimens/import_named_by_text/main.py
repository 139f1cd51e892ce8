import importlib
import json

PLUGINS = json.loads(input())
BUILTIN = {"tax": "shop.tax.Tax", "cart": "shop.cart", "rate": "shop.Rate"}


def load(name):
    module, _, attribute = PLUGINS[name].rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def run(name):
    return load(name).make()


run(input())
