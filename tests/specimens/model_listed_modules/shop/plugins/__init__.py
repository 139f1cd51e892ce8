registered = []


def register(function):
    registered.append(function)
    return function
