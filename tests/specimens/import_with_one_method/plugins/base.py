class Base:
    def start(self):
        self.work()

    def work(self):
        pass
