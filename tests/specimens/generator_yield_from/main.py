def first():
    return 1


def last():
    return 2


def inner():
    yield first
    return last


def outer():
    f = yield from inner()
    f()


for function in outer():
    function()
