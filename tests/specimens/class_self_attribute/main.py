class Store:
    def __init__(self, path):
        self.path = path

    def load(self):
        return self.path


class App:
    def __init__(self):
        self.store = Store("a")

    def run(self):
        return self.store.load()


App().run()
