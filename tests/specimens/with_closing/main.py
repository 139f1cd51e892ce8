import asyncio
import contextlib
import sqlite3


class Handle:
    def use(self):
        return 1

    def close(self):
        return 2

    async def aclose(self):
        return 3


def ask():
    with contextlib.closing(sqlite3.connect("rows.db")) as db:
        return db.execute("SELECT 1").fetchone()


async def use():
    async with contextlib.aclosing(Handle()) as handle:
        return handle.use()


with contextlib.closing(Handle()) as h:
    h.use()
ask()
asyncio.run(use())
