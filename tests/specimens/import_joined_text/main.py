import importlib

BACKENDS = "shop.backends"


def connect(name):
    return importlib.import_module(f"{BACKENDS}.{name}").connect()


def load(package, kind):
    return importlib.import_module(f"{package}{kind}")


connect("files")
load("shop.exports.", "text").export()
load("shop.exports.", input()).export()
