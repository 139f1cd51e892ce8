def run(thing, name):
    return getattr(thing, name)()


run(object(), input())
