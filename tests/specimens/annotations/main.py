from typing import Optional


class Cart:
    def total(self):
        return 1


class Order:
    def total(self):
        return 2


def plain(cart: Cart):
    return cart.total()


def quoted(cart: "Cart"):
    return cart.total()


def optional(cart: Optional[Cart] = None):
    return cart.total()


def listed(carts: list[Cart]):
    for cart in carts:
        cart.total()


def either(thing: Cart | Order):
    return thing.total()
