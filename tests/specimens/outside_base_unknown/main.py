from library import Worker


class Mine(Worker):
    def run(self):
        self.start()

    def step(self):
        return self.wait()


Mine().run()
