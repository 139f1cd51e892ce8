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


async def by_task():
    row = await asyncio.create_task(load())
    row.use()


async def by_future():
    row = await asyncio.ensure_future(load())
    row.use()


async def by_wait_for():
    row = await asyncio.wait_for(load(), 1)
    row.use()


async def by_shield():
    row = await asyncio.shield(load())
    row.use()


async def by_gather():
    for row in await asyncio.gather(load(), load()):
        row.use()


async def by_completed():
    for future in asyncio.as_completed([load()]):
        row = await future
        row.use()


async def work():
    await by_task()
    await by_future()
    await by_wait_for()
    await by_shield()
    await by_gather()
    await by_completed()


def by_run():
    asyncio.run(load()).use()


def by_loop():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(load()).use()
    loop.close()


async def apart():
    other = await asyncio.create_task(unrelated())
    other.use()


asyncio.run(work())
asyncio.run(apart())
by_run()
by_loop()
