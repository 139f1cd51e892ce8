"""What blocks an event loop: each row is a body of a coroutine `f`, and the ops that do."""

from __future__ import annotations

import pytest

from code_path_audit.costs.asynchronous import is_asynchronous
from tests.callgraph.frameworks.querying import ops_of

HEAD = """\
import anyio, asyncio, functools, json, httpx, requests, subprocess, time
from asgiref.sync import sync_to_async
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from starlette.concurrency import run_in_threadpool
def read():
    return Path("a").read_text()
def later():
    return requests.get("b")
@sync_to_async
def elsewhere():
    return later()
@sync_to_async(thread_sensitive=False)
def away():
    return later()
"""

ROWS = {
    "requests.get('a')": ["requests.get"],
    "read()": ["pathlib.Path.read_text"],
    "subprocess.run(['a'])": ["subprocess.run"],
    "[read() for _ in range(3)]": ["pathlib.Path.read_text"],
    # what is awaited, what is not waited for, and what runs in a thread
    "await client.get('a')": [],
    "await asyncio.gather(*(client.get(x) for x in 'ab'))": [],
    "json.loads('{}')": [],
    "await asyncio.to_thread(later)": [],
    "await asyncio.to_thread(requests.get, 'a')": [],
    "await run_in_threadpool(read)": [],
    "await asyncio.get_running_loop().run_in_executor(None, read)": [],
    "await asyncio.get_event_loop().run_in_executor(None, functools.partial(later))": [],
    "await asyncio.get_event_loop().run_in_executor(None, lambda: later())": [],
    "ThreadPoolExecutor().submit(later)": [],
    "await anyio.to_thread.run_sync(later)": [],
    "await sync_to_async(later)()": [],
    "await anything.execute(later)": [],
    "anything.execute(later)": ["requests.get"],
    "await elsewhere(), await away()": [],
    "later(), await elsewhere()": ["requests.get"],
    "time.sleep(1)": ["time.sleep"],
}


@pytest.mark.parametrize("body", ROWS)
def test_what_a_coroutine_does_not_await(body: str) -> None:
    text = f"{HEAD}async def f(client: httpx.AsyncClient, anything=None):\n    {body}\n"
    assert [op.callee for op in ops_of({"m": text}, "m.f") if op.blocks_event_loop] == ROWS[body]


HANDED = (
    "await asyncio.to_thread(ask, requests.Session(), 'a')",
    "await anyio.to_thread.run_sync(ask, requests.Session(), 'a')",
    "await run_in_threadpool(ask, requests.Session(), url='a')",
    "await asyncio.get_running_loop().run_in_executor(None, ask, requests.Session(), 'a')",
    "ThreadPoolExecutor().submit(ask, requests.Session(), 'a')",
)


@pytest.mark.parametrize("body", HANDED)
def test_what_runs_in_a_thread_has_its_arguments(body: str) -> None:
    text = f"{HEAD}def ask(session, url):\n    session.get(url)\nasync def f():\n    {body}\n"
    found = [(op.callee, op.blocks_event_loop) for op in ops_of({"m": text}, "m.f")]
    assert ("requests.Session.get", False) in found


def test_without_a_coroutine_there_is_no_loop() -> None:
    assert not any(op.blocks_event_loop for op in ops_of({"m": HEAD + "def f():\n    later()\n"}, "m.f"))


MAPPED = """\
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
engine = create_async_engine("sqlite+aiosqlite://")
class Base(DeclarativeBase): pass
class Guest(Base):
    __tablename__ = "guest"
    id: Mapped[int] = mapped_column(primary_key=True)
async def f(session: AsyncSession):
    session.add(Guest())
    await session.commit()
"""


def test_a_row_that_is_added_waits_for_nobody() -> None:
    """What writes it does, and is awaited."""
    found = [(op.callee, op.blocks_event_loop) for op in ops_of({"m": MAPPED}, "m.f")]
    assert ("sqlalchemy.orm.Session.insert.Guest", False) in found


@pytest.mark.parametrize(
    ("callee", "expected"),
    [
        ("httpx.AsyncClient.get", True), ("sqlalchemy.ext.asyncio.AsyncSession.execute", True),
        ("aiohttp.request", True),
        ("redis.asyncio.Redis.get", True), ("httpx.get", False), ("requests.Session.get", False),
    ],
)  # fmt: skip
def test_names_of_what_waits_on_the_loop(callee: str, expected: bool) -> None:
    assert is_asynchronous(callee) == expected
