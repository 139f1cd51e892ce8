import asyncio
import queue
import threading


class Job:
    def run(self):
        return 1

    def sent(self):
        return 2


async def produce(inbox):
    await inbox.put(Job())


async def consume(inbox):
    job = await inbox.get()
    job.run()


async def tasks():
    inbox = asyncio.Queue()
    await asyncio.gather(produce(inbox), consume(inbox))


def work(inbox):
    inbox.get().sent()


def threads():
    inbox = queue.Queue()
    threading.Thread(target=work, args=(inbox,)).start()
    inbox.put(Job())


def run():
    asyncio.run(tasks())


async def asyncio_queue():
    inbox = asyncio.Queue()
    inbox.put_nowait(Job())
    inbox.get_nowait().run()


async def asyncio_last():
    inbox = asyncio.LifoQueue()
    await inbox.put(Job())
    (await inbox.get()).run()


async def asyncio_last_at_once():
    inbox = asyncio.LifoQueue()
    inbox.put_nowait(Job())
    inbox.get_nowait().run()


async def asyncio_first():
    inbox = asyncio.PriorityQueue()
    await inbox.put(Job())
    (await inbox.get()).run()


async def asyncio_first_at_once():
    inbox = asyncio.PriorityQueue()
    inbox.put_nowait(Job())
    inbox.get_nowait().run()


def at_once():
    inbox = queue.Queue()
    inbox.put_nowait(Job())
    inbox.get_nowait().run()


def last():
    inbox = queue.LifoQueue()
    inbox.put(Job())
    inbox.get().run()


def last_at_once():
    inbox = queue.LifoQueue()
    inbox.put_nowait(Job())
    inbox.get_nowait().run()


def first():
    inbox = queue.PriorityQueue()
    inbox.put(Job())
    inbox.get().run()


def first_at_once():
    inbox = queue.PriorityQueue()
    inbox.put_nowait(Job())
    inbox.get_nowait().run()


def simple():
    inbox = queue.SimpleQueue()
    inbox.put(Job())
    inbox.get().run()


def simple_at_once():
    inbox = queue.SimpleQueue()
    inbox.put_nowait(Job())
    inbox.get_nowait().run()
