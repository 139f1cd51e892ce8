"""A member that a class of the standard library does not have calls nothing, and takes nothing."""

from collections.abc import Mapping


class Own:
    def get(self, key): ...


def handler(): ...


def main(flag):
    kind = int if flag else Own
    kind.register(handler)
    Mapping.register(Own)
    int.from_bytes(b"1")
