def prepare():
    return {}


TABLE = prepare()


def work():
    return TABLE
