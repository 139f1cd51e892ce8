import contextlib


def contextmanager(func):
    result = contextlib.contextmanager(func)
    result.__annotations__ = {**func.__annotations__, "return": int}
    return result


class A:
    @contextmanager
    def lock(self, mode):
        yield 1


@contextmanager
def other():
    yield 2


def run():
    with A().lock("r") as x:
        print(x)
    with other():
        pass


run()
