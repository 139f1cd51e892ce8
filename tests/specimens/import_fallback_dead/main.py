"""What stands in for a module that every Python has never runs; what stands in for another may."""

try:
    import configparser
except ImportError:
    import ConfigParser as configparser

try:
    from urllib.parse import quote
except ImportError:

    def quote(text):
        return slow(text)


try:
    import orjson as json
except ImportError:
    import json


def slow(text):
    return text


class Settings(configparser.ConfigParser):
    def write_all(self): ...


def load():
    settings = Settings()
    settings.read("settings.ini")
    return settings.get("a", "b")


def main():
    quote("a")
    load()
    json.dumps({})
