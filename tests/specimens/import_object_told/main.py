def load(name):
    return __import__(name).Backend()


def run(name):
    made = {name: load(name)}
    for backend in made.values():
        backend.start()


run(input())
