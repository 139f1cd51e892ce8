import anyio
import fastapi.concurrency
import starlette.concurrency
import trio


class Page:
    def shown(self):
        return ""


class Sheet:
    def printed(self):
        return ""


class Leaf:
    def turned(self):
        return ""


class Slip:
    def filed(self):
        return ""



def read_page(name):
    return Page()


def read_sheet(name):
    return Sheet()


def read_leaf(name):
    return Leaf()


def read_slip(name):
    return Slip()


async def write(page):
    return page.shown()


async def turn(leaf):
    return leaf.turned()


async def of_anyio():
    (await anyio.to_thread.run_sync(read_sheet, "a")).printed()
    async with anyio.create_task_group() as group:
        group.start_soon(write, Page())


async def of_trio():
    (await trio.to_thread.run_sync(read_leaf, "a")).turned()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(turn, Leaf())


async def of_starlette():
    (await starlette.concurrency.run_in_threadpool(read_page, "a")).shown()


async def of_fastapi():
    (await fastapi.concurrency.run_in_threadpool(read_slip, "a")).filed()


def go():
    anyio.run(of_anyio)
    trio.run(of_trio)
    anyio.run(of_starlette)
    anyio.run(of_fastapi)
