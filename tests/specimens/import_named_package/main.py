import importlib
import inspect
import json
import pkgutil

from shop.base import Command

WHERE = ["shop.commands"]


def modules(path):
    package = importlib.import_module(path)
    for info in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(path + "." + info.name)


def commands(path):
    for module in modules(path):
        for found in vars(module).values():
            if inspect.isclass(found) and issubclass(found, Command) and found is not Command:
                yield found


for command in commands(json.loads(input())):
    command().run()
