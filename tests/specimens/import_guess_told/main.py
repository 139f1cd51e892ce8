import importlib
import json


def load_object(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def handler(settings):
    return load_object(settings["handler"])("a")


def run(settings):
    handler(settings).run()


def note(text):
    return text


note("shop.jobs.process")
run(json.loads(input()))
