from collections import UserDict


class NameError_(Exception):
    pass


class Scope(UserDict):
    """Names, and those of the scope around."""

    def __init__(self, values=(), outer=None):
        self.outer = outer
        super().__init__(values)

    def __missing__(self, name):
        if self.outer is None:
            raise NameError_(name)
        return self.outer[name]

    def __setitem__(self, name, value):
        if not name.isidentifier():
            raise NameError_(name)
        super().__setitem__(name, self.checked(value))

    def checked(self, value):
        return value

    def inner(self, **values):
        return Scope(values, self)


class Constants(Scope):
    def checked(self, value):
        return abs(value) if isinstance(value, float) else value


class Functions(dict):
    def register(self, function=None, *, name=None):
        if function is None:
            return lambda real: self.register(real, name=name)
        self[name or function.__name__] = function
        return function

    def __missing__(self, name):
        if not name.startswith("twice_"):
            raise NameError_(name)
        function = self[name.removeprefix("twice_")]
        self[name] = lambda *values: function(function(*values))
        return self[name]

    def names(self):
        return sorted(self)
