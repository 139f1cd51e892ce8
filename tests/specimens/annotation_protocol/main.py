from typing import Protocol


class Reader(Protocol):
    def read(self) -> str: ...


class File:
    def read(self) -> str:
        return ""


def run(reader: Reader) -> str:
    return reader.read()


run(File())
