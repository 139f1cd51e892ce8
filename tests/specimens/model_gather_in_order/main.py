import asyncio


class Row:
    def use(self):
        return 1


class Other:
    def use(self):
        return 2


async def load():
    return Row()


async def unrelated():
    return Other()


async def work():
    row, other = await asyncio.gather(load(), unrelated())
    row.use()


asyncio.run(work())
