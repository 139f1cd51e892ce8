def runs(load, folder):
    def call(name, *arguments):
        return lambda: getattr(load("orders.api"), name)(str(folder), *arguments)

    yield call("place", 1, [("lamp", 2), ("desk", 1)])
    yield call("place", 1, [("lamp", 2)])
    yield call("place", 2, [("lamp", 0)])
    yield call("place", -1, [("rug", 1)])
    yield call("place", -2, [("rug", 1)])  # numbers with one hash
    yield call("cancel", 1)
    yield call("cancel", 1)
    yield call("cancel", 9)
    yield call("overview")
