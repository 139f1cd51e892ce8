from contextlib import ContextDecorator, contextmanager


@contextmanager
def timed():
    yield


class Traced(ContextDecorator):
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


@timed()
def by_function():
    return 1


@Traced()
def by_class():
    return 2


class Job:
    @timed()
    def run(self):
        return 3


def plain():
    return 4


by_function()
by_class()
Job().run()
plain()
