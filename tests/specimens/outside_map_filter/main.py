class Row:
    def show(self):
        return 1


def make(n):
    return Row()


def keep(n):
    return n


for row in map(make, [1]):
    row.show()
list(filter(keep, [1]))
