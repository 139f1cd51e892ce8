def first():
    return 1


def second():
    return 2


def plain(action=first):
    return action()


def given(action=first):
    return action()


plain()
given(second)
