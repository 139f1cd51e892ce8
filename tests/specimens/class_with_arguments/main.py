"""A dict beside a class that a framework keeps has what an object of it is made with."""

import tornado.web
from tornado.ioloop import IOLoop


class Store:
    def rows(self): ...


class Orders(tornado.web.RequestHandler):
    def initialize(self, store):
        self.store = store

    def get(self):
        self.store.rows()


class Shop(tornado.web.Application):
    def __init__(self):
        super().__init__([(r"/orders", Orders, {"store": Store()})])


def main():
    Shop()
    IOLoop.current().run_sync(None)
