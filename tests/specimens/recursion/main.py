def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def down(n):
    return n and down(n - 1)


even(2)
down(2)
