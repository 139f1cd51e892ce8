import functools


@functools.singledispatch
def show(value):
    return None


@show.register(int)
def show_int(value):
    return value


@show.register
def show_text(value: str):
    return value


def other(value):
    return value


show(1)
show("a")
show(None)
