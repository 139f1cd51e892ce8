import asyncio
import contextlib


class Handle:
    def use(self):
        return 1


class Session:
    async def __aenter__(self):
        return Handle()

    async def __aexit__(self, *error):
        return None

    def use(self):
        return 2


async def work():
    async with contextlib.AsyncExitStack() as stack:
        handle = await stack.enter_async_context(Session())
        handle.use()


asyncio.run(work())
