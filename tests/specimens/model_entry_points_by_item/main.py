import importlib.metadata


def plain(text):
    return text


def other(text):
    return text


def by_get():
    for point in importlib.metadata.entry_points().get("shop.formats"):
        point.load()("a")


def by_item():
    for point in importlib.metadata.entry_points()["shop.formats"]:
        point.load()("a")


by_get()
by_item()
