"""What the context of arq's tasks has: a worker, and what its tasks pay for."""

from __future__ import annotations

from tests.callgraph.frameworks.querying import ops_of

WORKER = """\
import httpx
from arq import func
from arq.connections import RedisSettings
async def startup(ctx):
    ctx["session"] = httpx.AsyncClient()
async def download(ctx, url):
    await ctx["session"].get(url)
    await ctx["redis"].enqueue_job("report", 1)
async def report(ctx, n):
    await ctx["redis"].enqueue_job("download", "x")
async def other(ctx):
    await ctx["redis"].enqueue_job("download", "x")
class WorkerSettings:
    functions = [download, func(report, name="send")]
    on_startup = startup
"""

ENQUEUED = "arq.connections.ArqRedis.enqueue_job"


def pays(entry: str) -> list[str]:
    return [f"{op.callee} {op.how_often}" for op in ops_of({"m": WORKER}, entry)]


def test_a_task_has_what_was_made_when_the_worker_started() -> None:
    assert pays("m.download") == ["httpx.AsyncClient.get once", f"{ENQUEUED} once"]
    assert pays("task:send") == [f"{ENQUEUED} once"]


def test_a_function_that_is_no_task_has_none() -> None:
    assert pays("m.other") == []
