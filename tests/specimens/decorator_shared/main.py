def logged(f):
    def wrapper():
        return f()

    return wrapper


def parse():
    return None


def result():
    return 1


def render():
    return result


@logged
def load():
    return parse()


@logged
def save():
    return render()


def read():
    return load()


def write():
    f = save()
    return f()


read()
write()
