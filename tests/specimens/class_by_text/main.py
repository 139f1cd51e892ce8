import importlib

SETTINGS = {"CLASS": "main.Site", "OTHER": "main.Unused"}


class Site:
    def run(self):
        return 1


class Unused:
    def run(self):
        return 2


def load(text):
    module, name = text.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


load(SETTINGS["CLASS"])().run()
print(*map(str.lower, ["A"]))
