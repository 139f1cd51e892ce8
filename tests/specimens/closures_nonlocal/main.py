def one():
    return 1


def two():
    return 2


def outer():
    f = one

    def swap():
        nonlocal f
        f = two

    swap()
    f()


outer()
