class Root:
    def name(self):
        return "root"

    def size(self):
        return 0


class Left(Root):
    def name(self):
        return "left"


class Right(Root):
    def name(self):
        return "right"

    def only(self):
        return 1


class Both(Left, Right):
    pass


def run(both):
    both.name()
    both.size()
    both.only()


run(Both())
