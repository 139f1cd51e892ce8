import shop


def run():
    shop.main()


run()
