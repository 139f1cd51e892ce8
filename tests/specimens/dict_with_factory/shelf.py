from collections import defaultdict

rows = defaultdict(lambda: fill())


def fill():
    return 1
