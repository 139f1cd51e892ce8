def repeat(n):
    def decorate(f):
        def wrapper():
            for _ in range(n):
                f()

        return wrapper

    return decorate


@repeat(3)
def work():
    return 1


work()
