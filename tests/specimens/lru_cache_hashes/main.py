from functools import lru_cache


class Mode:
    def __hash__(self):
        return 1


class Other:
    def __hash__(self):
        return 2


@lru_cache
def cached(mode):
    return mode


def plain(other):
    return other


cached(Mode())
plain(Other())
