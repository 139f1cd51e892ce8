REGISTRY = {}


def command(name):
    def add(f):
        REGISTRY[name] = f
        return f

    return add


@command("load")
def load():
    return 1


@command("save")
def save():
    return 2


def dispatch(name):
    return REGISTRY[name]()


dispatch(input())
