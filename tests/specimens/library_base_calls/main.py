from framework import Adapter, Client


class MyClient(Client):
    def open(self, request):
        return request

    @property
    def limit(self):
        return 1


class MyAdapter(Adapter):
    def __init__(self):
        super().__init__()

    def init_pool(self):
        return None


def use(client):
    return client.post("/")


use(MyClient())
MyAdapter()
