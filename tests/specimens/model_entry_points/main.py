import importlib.metadata


def plain(text):
    return text


def second(text):
    return text


def other(text):
    return text


def by_group():
    for point in importlib.metadata.entry_points(group="shop.formats"):
        point.load()("a")


def by_select():
    for point in importlib.metadata.entry_points().select(group="shop.formats"):
        point.load()("a")


by_group()
by_select()
