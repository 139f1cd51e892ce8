class Empty:
    pass


class Base:
    def __init__(self):
        self.n = 0


class Child(Base):
    def run(self):
        return self.n


Empty()
Child().run()
