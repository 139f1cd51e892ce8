import json
from json import loads as parse
from json import load as l


def again(f, text):
    return f(text)


def read(file):
    f = json.load
    f(file)
    l(file)
    return again(parse, "")
