def work():
    return 1


def make(f):
    class Task:
        def run(self):
            return f()

    return Task


make(work)().run()
