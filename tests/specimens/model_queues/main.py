import asyncio
import queue
import threading


class Job:
    def run(self):
        return 1


class Message:
    def sent(self):
        return 1


async def produce(inbox):
    await inbox.put(Job())


async def consume(inbox):
    job = await inbox.get()
    job.run()
    inbox.get_nowait().run()


async def tasks():
    inbox = asyncio.Queue()
    await asyncio.gather(produce(inbox), consume(inbox))


def work(inbox):
    inbox.get().sent()


def threads():
    inbox = queue.Queue()
    threading.Thread(target=work, args=(inbox,)).start()
    inbox.put(Message())


def run():
    asyncio.run(tasks())
