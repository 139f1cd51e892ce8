"""Which ops wait beside others: each row is the body of a coroutine, and whether what it asks waits beside others."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.side_by_side import side_by_side
from tests.callgraph.frameworks.querying import weighed
from tests.callgraph.solving import program_of

HEAD = """\
import anyio, asyncio, httpx, time
async def ask(client, name):
    return await client.get(name)
async def slow(name):
    return time.sleep(1) or open(name).read()
"""

ROWS = {
    "await asyncio.gather(*(ask(client, n) for n in names))": True,
    "await asyncio.gather(*[ask(client, n) for n in names])": True,
    "await asyncio.gather(ask(client, 'a'), ask(client, 'b'))": True,
    "await asyncio.gather(client.get('a'), client.get('b'))": True,
    "todo = []\n    for n in names:\n        todo.append(ask(client, n))\n    await asyncio.gather(*todo)": True,
    "todo = [asyncio.create_task(ask(client, n)) for n in names]\n    for t in todo:\n        await t": True,
    "async with asyncio.TaskGroup() as g:\n        for n in names:\n            g.create_task(ask(client, n))": True,
    "todo = [ask(client, n) for n in names]\n    for done in asyncio.as_completed(todo):\n        await done": True,
    "await asyncio.gather(*(asyncio.wait_for(ask(client, n), 3) for n in names))": True,
    "await asyncio.wait([asyncio.create_task(ask(client, n)) for n in names])": True,
    "async with anyio.create_task_group() as g:\n        for n in names:\n          g.start_soon(ask, client, n)": True,
    "for n in names:\n        async with asyncio.TaskGroup() as g:\n            g.create_task(ask(client, n))": False,
    "for n in names:\n        async with asyncio.TaskGroup() as g:\n            g.create_task(ask(client, n))\n"
    "            g.create_task(ask(client, 'b'))": True,
    "for n in names:\n        async with asyncio.TaskGroup() as g:\n            t = g.create_task(ask(client, n))\n"
    "            await ask(client, 'b')": False,
    "async with asyncio.TaskGroup() as g:\n        g.create_task(ask(client, 'a'))\n"
    "        async with client: pass": True,
    "async with asyncio.TaskGroup() as g:\n        g.create_task(ask(client, 'a'))\n"
    "        async for n in names: pass": True,
    "async with asyncio.TaskGroup() as g:\n        g.create_task(ask(client, 'a'))\n        with client: pass": False,
    "async with anyio.create_task_group() as g:\n        g.start_soon(ask, client, 'a')": False,
    "for n in names:\n        await ask(client, n)": False,
    "return [await ask(client, n) for n in names]": False,
    "await asyncio.gather(ask(client, 'a'))": False,
    "for n in names:\n        await asyncio.create_task(ask(client, n))": False,
    "await asyncio.wait_for(ask(client, 'a'), 3)": False,
    "await asyncio.gather(slow('a'), slow('b'))": False,
    "await asyncio.gather(ask(client, 'a'), ask(client, 'b'))\n    await ask(client, 'c')": False,
}


@pytest.mark.parametrize("body", ROWS)
def test_what_waits_beside_others(body: str) -> None:
    text = f"{HEAD}async def f(client: httpx.AsyncClient, names):\n    {body}\n"
    found = weighed(program_of({"m": text}), "m.f")
    assert found.ops
    assert bool(side_by_side(found.reach, found.ops)) == ROWS[body]


POOLS = {
    "with ThreadPoolExecutor(4) as pool:\n        return list(pool.map(session.get, names))": True,
    "with ThreadPoolExecutor(4) as pool:\n        return list(pool.map(requests.get, names))": True,
    "pool = futures.ProcessPoolExecutor()\n    return list(pool.map(lambda name: fetch(session, name), names))": True,
    "with ThreadPoolExecutor(4) as pool:\n        jobs = [pool.submit(fetch, session, n) for n in names]\n"
    "        return [job.result() for job in futures.as_completed(jobs)]": True,
    "with ThreadPoolExecutor(4) as pool:\n        a, b = pool.submit(session.get, 'a'), pool.submit(session.get, 'b')\n"
    "        return a.result(), b.result()": True,
    "with multiprocessing.Pool(4) as pool:\n        return pool.map(session.get, names)": True,
    "with ThreadPool(4) as pool:\n        return list(pool.imap_unordered(session.get, names))": True,
    "todo = [Thread(target=fetch, args=(session, n)) for n in names]\n    for t in todo: t.start()\n"
    "    for t in todo: t.join()": True,
    "return joblib.Parallel(4)(joblib.delayed(fetch)(session, n) for n in names)": True,
    "return run_all(lambda name: session.get(name), names)": True,
    "with ThreadPoolExecutor(4) as pool:\n        return pool.submit(fetch, session, 'a').result()": False,
    "Thread(target=fetch, args=(session, 'a')).start()": False,
    "return list(map(session.get, names))": False,
    "return [session.get(name) for name in names]": False,
    "with ThreadPoolExecutor(4) as pool:\n        list(pool.map(session.get, names))\n    session.get('a')": False,
}


@pytest.mark.parametrize("body", POOLS)
def test_what_waits_beside_others_in_threads_and_processes(body: str) -> None:
    text = f"""\
import joblib, multiprocessing, requests
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from threading import Thread
class Session:
    def get(self, name): return requests.get(name)
def fetch(session: Session, name): return session.get(name)
def run_all(function, names):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(function, names))
def f(session: Session, names):
    {body}
"""
    found = weighed(program_of({"m": text}), "m.f")
    asked = [op.id for op in found.ops if op.callee == "requests.get"]
    assert asked
    assert bool(side_by_side(found.reach, found.ops).intersection(asked)) == POOLS[body]
