import contextlib


class Handle:
    def use(self):
        return 1

    def close(self):
        return 2


@contextlib.contextmanager
def opened():
    handle = Handle()
    try:
        yield handle
    finally:
        handle.close()


with opened() as h:
    h.use()
