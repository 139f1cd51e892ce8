import sys


def fast():
    return 1


def slow():
    return 2


if sys.argv:

    def load():
        return fast()

else:

    def load():
        return slow()


load()
