import asyncio


class Row:
    def use(self):
        return 1


class Rows:
    def __aiter__(self):
        return self

    async def __anext__(self):
        return Row()

    def __iter__(self):
        return iter([])

    def __next__(self):
        raise StopIteration


async def work(rows):
    iterator = aiter(rows)
    row = await anext(iterator)
    row.use()


asyncio.run(work(Rows()))
