class Row:
    def __lt__(self, other):
        return True

    def __gt__(self, other):
        return True

    def __bool__(self):
        return True

    def __radd__(self, other):
        return self

    def __add__(self, other):
        return self

    def use(self):
        return 1


def rows():
    return [Row(), Row()]


def by_sorted():
    sorted(rows())


def by_any():
    any(rows())


def by_all():
    all(rows())


def by_sum():
    sum(rows()).use()


by_sorted()
by_any()
by_all()
by_sum()
