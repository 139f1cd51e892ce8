import shelf


class Base:
    def work(self):
        pass


class Near(Base):
    def work(self):
        pass


class Far(Base):
    def work(self):
        far()


def far():
    pass


def use(thing: Base):
    thing.work()


def feed():
    shelf.take("use")(Far())


def main(thing: Base):
    Near()
    use(thing)
    feed()
