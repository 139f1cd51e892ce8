import asyncio
import contextlib
import json
from pathlib import Path


class Session:
    """Opens pages; a stand-in for a client of a real server."""

    opened = 0

    def __init__(self, folder):
        self.folder = folder

    async def __aenter__(self):
        type(self).opened += 1
        await self.connect()
        return self

    async def __aexit__(self, *error):
        self.close()

    async def connect(self):
        await asyncio.sleep(0)

    def close(self):
        type(self).opened -= 1

    async def get(self, name):
        return await asyncio.to_thread(read, Path(self.folder, name))


def read(path):
    if not path.exists():
        raise Missing(path.name)
    return decode(path.read_text())


def decode(text):
    return json.loads(text, object_hook=Row)


class Missing(Exception):
    def __init__(self, name):
        super().__init__(name)
        self.name = name


class Row(dict):
    def __init__(self, values):
        super().__init__(values)
        self.tries = 0

    def __missing__(self, name):
        return self.default(name)

    def default(self, name):
        return 0 if name == "n" else ""

    @property
    def key(self):
        return self["key"]


class Pages:
    """Page after page, until there is none."""

    def __init__(self, session, stem):
        self.session = session
        self.stem = stem
        self.number = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.number += 1
        try:
            return await self.session.get(f"{self.stem}{self.number}.json")
        except Missing:
            raise StopAsyncIteration from None


async def rows(session, stem):
    async for page in Pages(session, stem):
        for row in page:
            yield row


class Limit:
    def __init__(self, count):
        self.semaphore = asyncio.Semaphore(count)

    @contextlib.asynccontextmanager
    async def one(self):
        await self.semaphore.acquire()
        try:
            yield
        finally:
            self.release()

    def release(self):
        self.semaphore.release()


class Watcher:
    """Another source, that is in no pipeline yet."""

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(1)
        return Row({})
