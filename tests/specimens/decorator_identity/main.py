def mark(f):
    f.marked = True
    return f


@mark
def work():
    return 1


work()
