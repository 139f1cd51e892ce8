class Size:
    def __len__(self):
        return 1


class Other:
    def __len__(self):
        return 1


class Real:
    def __float__(self):
        return 1.0


def by_bool(size):
    bool(size)


def by_complex(real):
    complex(real)


by_bool(Size())
by_complex(Real())
Other()
