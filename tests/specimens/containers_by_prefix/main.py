"""A registry that is asked by a key of which only the beginning is known."""

HANDLERS = {}


def register(name):
    def keep(function):
        HANDLERS[name] = function
        return function

    return keep


@register("get_order")
def get_order(): ...


@register("get_stock")
def get_stock(): ...


@register("put_order")
def put_order(): ...


def ask(what):
    HANDLERS["get_" + what]()


def change(what):
    HANDLERS.get(f"put_{what}")()


def main(what):
    ask(what)
    change(what)
