class Single:
    def __new__(cls):
        return super().__new__(cls)

    def __init__(self):
        self.n = 1

    def run(self):
        return self.n


Single().run()
