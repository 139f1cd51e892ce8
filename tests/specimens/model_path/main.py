import os


class Path:
    def __fspath__(self):
        return "a"

    def __str__(self):
        return "b"


def by_fspath(path):
    return os.fspath(path)


by_fspath(Path())
