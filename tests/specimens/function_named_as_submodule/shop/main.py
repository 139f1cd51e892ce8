class Shop:
    def sell(self):
        pass
