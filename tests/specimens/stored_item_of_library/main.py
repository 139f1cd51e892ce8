import json

from unknown_web import Application, Key, current_request


class Store:
    def load(self):
        pass


class Cache:
    def load(self):
        pass


class Data:
    def load(self):
        pass


STORE = Key("store")


def make():
    app = Application()
    app[STORE] = Store()
    app["cache"] = Cache()
    table = json.loads("{}")
    table["cache"] = Data()
    return app


def main():
    make()
    current_request().app[STORE].load()
    current_request().app["cache"].load()
