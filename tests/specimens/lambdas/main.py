def work():
    return 1


first = lambda: work()
second = lambda n: n
second(1)
first()
