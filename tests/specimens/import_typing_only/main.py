from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop import Cart


def total(cart: Cart):
    return cart.total()


class Kept:
    def total(self):
        return 1


def hinted(base):
    if TYPE_CHECKING:
        return base
    return object


class Shown(hinted(Kept)):
    def __getattr__(self, name):
        return len


def what_follows():
    if TYPE_CHECKING:
        raise RuntimeError
    return Shown().total()
