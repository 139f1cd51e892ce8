import io
from typing import cast


class Stream(io.StringIO):
    def total(self):
        return 1


class Other(io.StringIO):
    def total(self):
        return 2


def open_stream():
    return io.StringIO()


stream = cast("Stream", open_stream())
stream.total()
