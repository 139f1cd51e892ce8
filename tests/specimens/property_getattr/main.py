class Proxy:
    def __init__(self):
        self.names = {}

    def __getattr__(self, name):
        return self.names

    def known(self):
        return 1


proxy = Proxy()
proxy.known()
proxy.unknown
