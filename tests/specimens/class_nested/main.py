class Outer:
    class Inner:
        def __init__(self):
            self.n = 1

        def run(self):
            return self.n

    def make(self):
        return self.Inner()


Outer().make().run()
