class Order:
    def ship(self):
        pass


class Refund:
    def ship(self):
        pass


class Unused:
    def ship(self):
        pass


def send():
    orders = []
    orders.extend([Order()])
    seen = set()
    seen.update([Refund()])
    Unused()
    for order in orders:
        order.ship()
    for refund in seen:
        refund.ship()
