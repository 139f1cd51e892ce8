class Place:
    def __index__(self):
        return 1


def make(place):
    return slice(place)


def use(rows, part):
    return rows[part]


use([1, 2], make(Place()))
