import importlib_metadata
import pkg_resources


def plain(text):
    return text


def other(text):
    return text


def by_backport():
    for point in importlib_metadata.entry_points(group="shop.formats"):
        point.load()("a")


def by_setuptools():
    for point in pkg_resources.iter_entry_points("shop.formats"):
        point.load()("a")


by_backport()
by_setuptools()
