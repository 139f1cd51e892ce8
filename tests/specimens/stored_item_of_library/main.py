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


class Session:
    def load(self):
        pass


class Fallback:
    def load(self):
        pass


def make():
    app = Application()
    app[STORE] = Store()
    app["cache"] = Cache()
    app.setdefault("session", Session())
    table = json.loads("{}")
    table["cache"] = Data()
    return app


def main():
    make()
    current_request().app[STORE].load()
    current_request().app["cache"].load()
    current_request().app.get("session", Fallback()).load()
