import asyncio

from pipeline.sinks import make_sink
from pipeline.sources import Session, rows
from pipeline.stages import DONE, Enrich, Filter, Temporary, Write


async def number(row):
    if row["n"] == "" or (not row["n"] and not row.tries):
        row.tries += 1
        raise Temporary
    row["n"] = int(row["n"])
    return row


async def name(row):
    row["name"] = row["name"].title() or row.key
    return row


async def price(row):
    """Not among the steps."""
    return row


STEPS = [number, name]


def has_key(row):
    return "key" in row


async def feed(folder, stems, stage):
    async with Session(folder) as session:
        for stem in stems:
            async for row in rows(session, stem):
                await stage.put(row)
        await stage.put(DONE)


async def flow(folder, stems, sink):
    first, second, last = Filter("filter", has_key), Enrich("enrich", STEPS), Write("write", sink)
    first >> second >> last
    tasks = [asyncio.create_task(stage.run()) for stage in (first, second, last)]
    await asyncio.wait_for(feed(folder, stems, first), 10)
    await asyncio.gather(*tasks)
    return sink.rows


def run(folder, stems, out=None):
    return asyncio.run(flow(folder, stems, make_sink(out)))


async def single(folder, file):
    async with Session(folder) as session:
        pages = await asyncio.gather(session.get(file), session.get(file))
    return [row.key for row in max(pages, key=len)]


def run_once(folder, file):
    return asyncio.run(single(folder, file))
