class Item:
    def __str__(self):
        return "item"

    def __format__(self, spec):
        return spec


def by_str(item):
    return str(item)


def by_print(item):
    print(item)


by_str(Item())
by_print(Item())
