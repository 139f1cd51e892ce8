from ..store import load


def index():
    return load()
