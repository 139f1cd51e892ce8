import enum


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


def work():
    enum.Enum("Rows", [("ONE", Row())]).ONE.value.use()


Other()
work()
