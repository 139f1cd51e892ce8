class Item:
    def __init__(self, n):
        self.n = n

    def show(self):
        return self.n


def keep(item):
    return item.n > 1


def build():
    rows = [Item(n) for n in range(3)]
    table = {item.n: item for item in rows if keep(item)}
    for item in table.values():
        item.show()


build()
