import asyncio


class Page:
    def show(self):
        return 1


class Session:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        return None

    def get(self):
        return 1


class Pages:
    n = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n:
            raise StopAsyncIteration
        self.n = 1
        return Page()


async def numbers():
    yield 1


async def part():
    return 1


async def fetch():
    return await part()


async def run():
    await fetch()
    async with Session() as session:
        session.get()
    async for page in Pages():
        page.show()
    async for _ in numbers():
        pass


asyncio.run(run())
