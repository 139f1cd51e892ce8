import somewhere


class Plugin:
    def __init__(self, size):
        self.size = size

    def start(self):
        return self.size.bit_length()


class Other:
    def start(self):
        pass


def run(name):
    cls = somewhere.find(name)
    plugin = cls(10)
    plugin.start()


run(input())
