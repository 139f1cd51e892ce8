import functools


def read():
    return 1


@functools.lru_cache(maxsize=None)
def load(path):
    return read()


@functools.cache
def parse(path):
    return 1


load("a")
parse("a")
