from collections import UserDict


class Option:
    def validate(self, value):
        return value


class Schema(UserDict):
    def __init_subclass__(cls):
        cls.options = {name: value for name, value in cls.__dict__.items() if isinstance(value, Option)}


class Settings(Schema):
    port = Option()


def check():
    for name, option in Settings().options.items():
        option.validate(name)
