"""Hooks of pluggy: every plugin's function of a hook's name gets what it takes, by name."""

import pluggy
from plugins import Listed

hookimpl = pluggy.HookimplMarker("shop")
manager = pluggy.PluginManager("shop")


class Discount:
    @hookimpl
    def price(self, amount):
        return amount


@hookimpl(tryfirst=True)
def price(amount, report):
    report(amount)
    return amount


@hookimpl
def stock(name): ...


def note(amount): ...


def prices():
    for one in manager.hook.price(amount=1, report=note):
        one.show()


def main():
    manager.register(Discount())
    manager.register(Listed())
    prices()
    manager.hook.named(what=note)
