from collections import UserDict


class Scope(UserDict):
    def __setitem__(self, name, value):
        super().__setitem__(name, self.checked(value))

    def __delitem__(self, name):
        super().__delitem__(name)

    def __getitem__(self, name):
        return super().__getitem__(name)

    def checked(self, value):
        return value


def store():
    scope = Scope()
    scope["a"] = 1
    del scope["a"]
    return scope["a"]


def update():
    Scope().update({"a": 1})
