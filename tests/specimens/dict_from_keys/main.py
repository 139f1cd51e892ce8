def plain():
    return 1


def power():
    return 2


def other():
    return 3


SIGNS = dict.fromkeys(["+", "-"], plain)
SIGNS.update({"^": power})
SIGNS["!"] = other


def go(sign):
    return SIGNS[sign]()


def known():
    return SIGNS["+"]()


def updated():
    return SIGNS["^"]()
