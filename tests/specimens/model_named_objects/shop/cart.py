class Cart:
    def pay(self):
        return 1

    def total(self):
        return 2


def total():
    return 3


def other():
    return 4
