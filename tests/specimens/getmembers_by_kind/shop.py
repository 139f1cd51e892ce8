class Order:
    def __init__(self):
        pass


def helper():
    pass
