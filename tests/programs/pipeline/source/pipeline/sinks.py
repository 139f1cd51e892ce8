import abc
import json
from pathlib import Path


class Sink(abc.ABC):
    def __init__(self):
        self.rows = []

    def write(self, row):
        self.rows.append(self.encode(row))

    def flush(self):
        pass

    @abc.abstractmethod
    def encode(self, row): ...


class FileSink(Sink):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def encode(self, row):
        return json.dumps(row)

    def flush(self):
        Path(self.path).write_text("\n".join(self.rows))


class ListSink(Sink):
    def encode(self, row):
        return row.key


class NullSink(Sink):
    def write(self, row):
        pass

    def encode(self, row):
        return None


def make_sink(path=None):
    return FileSink(path) if path else ListSink()
