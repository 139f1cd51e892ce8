def setup():
    return 1


def install(app):
    return 2
