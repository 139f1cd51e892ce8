class Cart:
    @classmethod
    def make(cls):
        return 1
