import functools


class Store:
    def load(self):
        return 1


class App:
    @functools.cached_property
    def store(self):
        return Store()


App().store.load()
