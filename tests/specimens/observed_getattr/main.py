class Handlers:
    def __init__(self, log):
        self.log = log

    def save(self, order):
        self.log.write(order)
        order.pay()

    def load(self, order):
        pass


class Log:
    def write(self, order):
        pass


class Order:
    def pay(self):
        pass


def run(name):
    return getattr(Handlers(Log()), name)(Order())


run(input())
