def first():
    return 1


def second():
    return 2


action = first


def swap():
    global action
    action = second


def run():
    return action()


run()
swap()
run()
