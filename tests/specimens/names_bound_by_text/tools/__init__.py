import sys


def export(function):
    globals()[function.__name__] = function
    return function


def publish(name, value):
    setattr(sys.modules[__name__], name, value)


from . import parts
