class Till:
    def pay(self):
        return 1

    def other(self):
        return 2
