import asyncio


class Page:
    def shown(self):
        return ""


def read(name):
    return Page()


async def get(name):
    return await asyncio.to_thread(read, name)


async def one():
    return (await get("a")).shown()


async def several():
    return [page.shown() for page in await asyncio.gather(get("a"), get("b"))]


async def by_loop():
    loop = asyncio.get_running_loop()
    return (await loop.run_in_executor(None, read, "a")).shown()


def go():
    asyncio.run(one())
    asyncio.run(several())
    asyncio.run(by_loop())
