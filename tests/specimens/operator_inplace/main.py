class Bag:
    def __iadd__(self, other):
        return self

    def __add__(self, other):
        return 0

    def size(self):
        return 1


class Total:
    def __add__(self, other):
        return self


bag = Bag()
bag += 1
bag.size()
total = Total()
total += 1
