def task():
    return 1


def worker():
    while True:
        f = yield
        if f is not None:
            f()


w = worker()
next(w)
w.send(task)
