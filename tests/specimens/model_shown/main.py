class Item:
    def __str__(self):
        return "item"

    def __repr__(self):
        return "Item()"


class Spec:
    def __repr__(self):
        return "Spec()"

    def __format__(self, spec):
        return spec


class Plain:
    def __repr__(self):
        return "Plain()"


def by_str(item):
    return str(item)


def by_repr(item):
    return repr(item)


def by_format(spec):
    return format(spec, "x")


def by_method(spec):
    return "{}".format(spec)


def by_print(item):
    print(item)


def by_default(plain):
    return str(plain)


by_str(Item())
by_repr(Item())
by_format(Spec())
by_method(Spec())
by_print(Item())
by_default(Plain())
