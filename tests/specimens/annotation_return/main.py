class Cart:
    def total(self):
        return 1


def find(text) -> Cart:
    return eval(text)


def run(text):
    return find(text).total()
