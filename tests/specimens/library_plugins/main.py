from stevedore import extension


def plain(text):
    return text


def other(text):
    return text


def load():
    return list(extension.ExtensionManager(namespace="shop.formats"))


def use(plugins):
    for item in plugins:
        item.plugin("a")


use(load())
