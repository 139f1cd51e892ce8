import pkgutil
import pydoc


def by_locate():
    pydoc.locate("shop.cart.total")()


def by_resolve():
    pkgutil.resolve_name("store.till:Till")().pay()


by_locate()
by_resolve()
