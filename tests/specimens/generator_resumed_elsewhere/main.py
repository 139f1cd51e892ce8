from contextlib import contextmanager


def lines():
    yield "a"


def wrap(inner):
    yield from inner


@contextmanager
def opened():
    yield 1


def choose(flag):
    return opened() if flag else opened()


def use():
    with choose(True) as value:
        return value


for line in wrap(lines()):
    pass
use()
