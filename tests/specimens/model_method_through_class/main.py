import contextvars
import queue


def first(self):
    pass


def second(self, value):
    pass


class Base:
    pass


class Below(Base):
    def run(self):
        pass


class Shop:
    total = property(first)
    total = property.setter(total, second)


def put_in():
    pass


jobs = queue.Queue()
current = contextvars.ContextVar("current")


def main():
    shop = Shop()
    shop.total = shop.total
    for cls in type.__subclasses__(Base):
        cls().run()
    queue.Queue.put(jobs, put_in)
    queue.Queue.get(jobs)()
    contextvars.ContextVar.set(current, put_in)
