import console


class Loader(console.Loader):
    def names(self):
        return sorted(self.factories)


class About(console.Command):
    def handle(self):
        return shown()


def shown():
    return "about"


def load(cls):
    def make():
        return cls()

    return make


def run():
    application = console.Application()
    application.set_loader(Loader({"about": load(About)}))
    application.run()


run()
