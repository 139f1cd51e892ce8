import importlib.metadata


def plain(text):
    return text


def second(text):
    return text


def by_item():
    importlib.metadata.entry_points(group="shop.formats")["plain"].load()("a")


def by_select():
    for point in importlib.metadata.entry_points().select(group="shop.formats", name="second"):
        point.load()("a")


by_item()
by_select()
