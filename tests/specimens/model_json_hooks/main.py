import json


class Row(dict):
    def __init__(self, values):
        super().__init__(values)

    def key(self):
        return self["key"]


class Item:
    def as_dict(self):
        return {"tags": Tags()}


class Tags:
    def as_dict(self):
        return {}


class Plain:
    def as_dict(self):
        """Nothing encodes one."""


def as_json(value):
    return value.as_dict()


class Encoder(json.JSONEncoder):
    def default(self, o):
        return o.as_dict()


def whole(text):
    return json.loads(text, object_hook=Row).key()


def elements(text):
    return [row.key() for row in json.loads(text, object_hook=Row)]


def by_function():
    Plain()
    return json.dumps([Item()], default=as_json)


def by_class():
    return json.dumps({"item": Tags()}, cls=Encoder)
