from dataclasses import dataclass


class Connection:
    def __init__(self, path):
        self.path = path

    def write(self):
        return self.path


def opened(path):
    return Connection(path)


class Store:
    def __init__(self, path: str):
        self.connection = opened(path)

    def save(self):
        self.connection.write()


@dataclass
class Index:
    store: Store

    def keep(self):
        self.store.save()


class Agent:
    def __init__(self, store: Store, index: Index):
        self.store = store
        self.index = index

    def answer(self):
        self.store.save()
        self.index.keep()


class Backend:
    def __init__(self):
        self.client = opened("x")

    def send(self):
        raise NotImplementedError


class Fast(Backend):
    def __init__(self):
        self.other = opened("y")

    def send(self):
        self.other.write()


def made(agent: Agent, backend: Backend):
    agent.answer()
    backend.send()
