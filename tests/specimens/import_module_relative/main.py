"""A relative name is below the package that is given with it, whoever calls."""

import plugins
from plugins import more


def start():
    for load in plugins.LOADERS:
        load()
    return more.LOADER()
