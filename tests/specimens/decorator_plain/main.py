def logged(f):
    def wrapper(*args):
        return f(*args)

    return wrapper


@logged
def work():
    return 1


work()
