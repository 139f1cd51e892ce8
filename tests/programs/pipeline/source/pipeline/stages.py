import asyncio
import functools
import random

from pipeline.sources import Limit

DONE = object()


class Temporary(Exception):
    pass


def retry(times, wait=None):
    def decorate(function):
        @functools.wraps(function)
        async def tried(*args):
            for attempt in range(times):
                try:
                    return await function(*args)
                except Temporary:
                    await pause(attempt)
            return await (wait or gave_up)(*args)

        return tried

    return decorate


async def pause(attempt):
    await asyncio.sleep(0.001 * attempt)


async def gave_up(stage, row):
    row["failed"] = True
    return row


class Stage:
    """Takes rows out of one queue, and puts what it makes of them into the next."""

    workers = 1

    def __init__(self, name):
        self.name = name
        self.inbox = asyncio.Queue()
        self.next = None

    def __rshift__(self, other):
        self.next = other
        return other

    async def run(self):
        await asyncio.gather(*[self.work() for _ in range(self.workers)])
        if self.next is not None:
            await self.next.finish(self)

    async def work(self):
        while (row := await self.inbox.get()) is not DONE:
            made = await self.process(row)
            if made is not None and self.next is not None:
                await self.next.put(made)
        await self.inbox.put(DONE)

    async def put(self, row):
        await self.inbox.put(row)

    async def finish(self, before):
        await self.put(DONE)

    async def process(self, row):
        raise NotImplementedError


class Filter(Stage):
    def __init__(self, name, wanted):
        super().__init__(name)
        self.wanted = wanted

    async def process(self, row):
        return row if self.wanted(row) else None


class Enrich(Stage):
    workers = 2

    def __init__(self, name, steps):
        super().__init__(name)
        self.steps = steps
        self.limit = Limit(2)

    @retry(2)
    async def process(self, row):
        async with self.limit.one():
            for step in self.steps:
                row = await step(row)
        return row


class Write(Stage):
    def __init__(self, name, sink):
        super().__init__(name)
        self.sink = sink

    async def process(self, row):
        self.sink.write(row)

    async def finish(self, before):
        await super().finish(before)
        self.sink.flush()


class Sample(Stage):
    """In no pipeline."""

    async def process(self, row):
        return row if random.random() < 0.1 else None
