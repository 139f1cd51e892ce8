class Problem(Exception):
    def __init__(self, code):
        self.code = code

    def explain(self):
        return self.code


def fail():
    raise Problem(1)


def run():
    try:
        fail()
    except Problem as problem:
        problem.explain()


run()
