class Job:
    def run(self):
        return self.step()

    def step(self):
        return 1


def start(f):
    return f()


start(Job().run)
