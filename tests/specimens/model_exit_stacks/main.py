import asyncio
import contextlib


class Handle:
    def use(self):
        return 1


class File:
    def __enter__(self):
        return Handle()

    def __exit__(self, *error):
        return None

    def use(self):
        return 2


class Session:
    async def __aenter__(self):
        return Handle()

    async def __aexit__(self, *error):
        return None

    def use(self):
        return 3


@contextlib.asynccontextmanager
async def opened():
    yield Handle()


def by_stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(File()).use()


async def by_asynchronous_stack():
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(Session())


async def of_plain_context():
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(File()).use()


async def by_manager():
    async with opened() as handle:
        handle.use()


by_stack()
asyncio.run(by_asynchronous_stack())
asyncio.run(of_plain_context())
asyncio.run(by_manager())
