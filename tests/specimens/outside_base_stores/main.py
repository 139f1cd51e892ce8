import actors


class Press:
    def run(self):
        return 1


class Worker(actors.Actor):
    def __init__(self):
        self.press = Press()

    def work(self):
        self.press.run()
        self.press.begin()
        self.later.begin()


Worker().work()
