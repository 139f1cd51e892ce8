from shop.base import Plugin
from load import classes


def main(path):
    _, found = classes(path, Plugin)[0]
    found().run()


main("a")
