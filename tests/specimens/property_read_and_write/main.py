def add(rows):
    return len(rows)


class Cart:
    rows = ()

    @property
    def total(self):
        return add(self.rows)

    @total.setter
    def total(self, value):
        self.rows = (value,)

    @total.deleter
    def total(self):
        self.rows = ()


cart = Cart()
cart.total
cart.total = 2
del cart.total
