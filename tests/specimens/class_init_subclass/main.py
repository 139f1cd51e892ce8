PLUGINS = []


class Plugin:
    def __init_subclass__(cls):
        PLUGINS.append(cls)


class Csv(Plugin):
    def load(self):
        return 1


def run_all():
    for plugin in PLUGINS:
        plugin().load()


run_all()
