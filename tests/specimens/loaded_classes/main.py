import importlib.util

from base import Plugin, Special


def load(path):
    spec = importlib.util.spec_from_file_location("plugin", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Plugin) and c is not Special]


def main(path):
    for plugin in load(path):
        plugin().run()


main("a.py")
