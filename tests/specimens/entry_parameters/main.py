def first():
    return 1


def second(callback=first):
    callback()


def run(action, then=second):
    action(then)


def unused(action):
    action(first)


run(second, then=first)
