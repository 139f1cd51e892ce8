import functools


def work():
    return 1


def run(action, n):
    return action()


def start(f):
    return f(1)


start(functools.partial(run, work))
