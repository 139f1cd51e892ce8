import asyncio
import inspect


class Shop:
    async def slow(self):
        return 1

    def quick(self):
        return 2


def plain():
    return 3


async def later():
    return 4


def run(handler):
    if inspect.iscoroutinefunction(handler):
        return asyncio.run(handler())
    return handler()


shop = Shop()
for each in (plain, later, shop.slow, shop.quick):
    run(each)
