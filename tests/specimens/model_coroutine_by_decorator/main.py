import types


class Row:
    def use(self):
        return 1


@types.coroutine
def stepped():
    yield
    return Row()


async def work():
    (await stepped()).use()


steps = work()
steps.send(None)
try:
    steps.send(None)
except StopIteration:
    pass
