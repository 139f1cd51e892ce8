class Page:
    @property
    def title(self):
        return "page"


class Plain:
    pass


class Named:
    def __init__(self, title):
        self.title = title


def show(thing):
    return thing.title


def show_named(thing):
    return thing.title


def f():
    show(Plain())
    show_named(Named("a"))
    return Page().title
