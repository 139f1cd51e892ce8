from shop import Plugin


class First(Plugin):
    def run(self):
        return 1
