class Base:
    def run(self):
        return 1


class Below(Base):
    def run(self):
        return 2


class Other:
    def run(self):
        return 3


def start(what):
    if isinstance(what, type) and issubclass(what, Base):
        what().run()


for each in (Base, Below, Other, 4):
    start(each)
