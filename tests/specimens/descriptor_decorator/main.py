class cached:
    def __init__(self, make):
        self.make = make

    def __get__(self, record, owner=None):
        return self.make(record)


def read():
    return 1


def fetch():
    return 2


class Shop:
    @cached
    def price(self):
        return read()


class Order:
    @cached
    def total(self):
        return fetch()


def main():
    Order
    return Shop().price
