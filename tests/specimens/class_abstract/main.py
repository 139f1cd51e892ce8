from abc import ABC, abstractmethod


class Source(ABC):
    @abstractmethod
    def read(self):
        raise NotImplementedError


class File(Source):
    def read(self):
        return 1


def run(source):
    return source.read()


run(File())
