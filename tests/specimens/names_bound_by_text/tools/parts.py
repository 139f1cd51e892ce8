from . import export, publish


@export
def load():
    return 1


@export
class Store:
    def save(self):
        return 2


def hidden():
    return 3


publish("shown", hidden)
