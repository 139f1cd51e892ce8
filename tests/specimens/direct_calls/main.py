def inner():
    return 1


def outer():
    return inner()


def unused():
    return outer()


outer()
