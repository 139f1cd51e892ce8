import pkgutil

from shop import hooks, plugins


def load():
    for _, name, _ in pkgutil.walk_packages(plugins.__path__, f"{plugins.__name__}."):
        __import__(name, fromlist=["x"])
    for found in pkgutil.iter_modules(hooks.__path__, prefix="shop.hooks."):
        __import__(found.name)


def main():
    load()
    return [function() for function in plugins.registered]
