import os.path


def used():
    return os.path.join("a")


def unused():
    return run()


def run():
    return used()
