import pluggy

hookimpl = pluggy.HookimplMarker("shop")


class Price:
    def show(self): ...


class Listed:
    @hookimpl
    def price(self):
        return Price()

    @hookimpl
    def named(self, what):
        what(1)
