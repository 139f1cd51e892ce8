def load():
    return 1


def save():
    return 2


def other():
    return 3


COMMANDS = {"load": load, "save": save}


def run(name):
    return COMMANDS[name]()


run(input())
