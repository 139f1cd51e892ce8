import asyncio


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


def task():
    return 1


async def rows():
    yield Row()


async def tasks():
    while True:
        found = yield
        found()


async def work():
    async for row in aiter(rows()):
        row.use()


async def hand_over():
    iterator = tasks()
    await iterator.asend(None)
    await iterator.asend(task)


Other()
asyncio.run(work())
asyncio.run(hand_over())
