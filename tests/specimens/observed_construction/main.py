import sys


class Plugin:
    def __init__(self, size):
        self.size = size

    def start(self):
        return self.size.bit_length()


class Other:
    def start(self):
        pass


def run(name):
    cls = vars(sys.modules[__name__])[name]
    plugin = cls(10)
    plugin.start()


run(input())
