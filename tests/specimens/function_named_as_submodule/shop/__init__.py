from shop.main import Shop


def main():
    def opened():
        return Shop()

    opened().sell()
