"""Models: asyncio and the methods of generators."""

from __future__ import annotations

from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.language.iteration import on_wait
from code_path_audit.callgraph.library.awaitables import awaitable
from code_path_audit.callgraph.models.arguments import element, of_object, plain
from code_path_audit.callgraph.solver.abstract_values import CORO, GEN, XINST
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import Call, Model, State


def run_coroutine(s: State, call: Call, value: Value) -> bool:
    """asyncio.run(c), create_task(c), wait_for(c): what awaiting it gives."""
    name = s.rows[value].dotted.rpartition(".")[2]
    for var in plain(call)[:1]:
        if name in ("run", "run_until_complete"):
            s.watch(var, on_wait, (call.dst, call.site))
        else:
            s.flow(var, call.dst)
    return True


def gathered(s: State, call: Call, value: Value) -> bool:
    """asyncio.gather(*cs): a list of results in the same order, once awaited."""
    box = s.box("list", call.site)
    containers.all_field(s, box)
    is_ordered = not any(star for _, star in call.pos)
    for index, (var, star) in enumerate(call.pos):
        source = element(s, var, call) if star else var
        target = containers.key_field(s, box, f"=i:{index}") if is_ordered else s.field(box, "?")
        s.watch(source, on_wait, (target, call.site))
    s.add(call.dst, box)
    return True


def in_thread(s: State, call: Call, value: Value) -> bool:
    """asyncio.to_thread(f, ...), and what begins a task of f: what f returns, once awaited."""
    made = s.of(XINST, FUTURE, (), ("thread", *call.site))
    for var in plain(call)[:1]:
        s.watch(var, on_threaded, call._replace(dst=s.field(made, "()"), pos=call.pos[1:], kind="callback"))
    s.add(call.dst, made)
    return True


FUTURE = "asyncio.Future"


def on_threaded(s: State, call: Call, value: Value) -> None:
    """What runs in the thread."""
    s.apply(s, call, value)


@of_object
def put(s: State, call: Call, value: Value) -> bool:
    """q.put(x)"""
    for var in plain(call)[:1]:
        s.flow(var, s.field(s.rows[value].receiver, "put"))
    return True


@of_object
def got(s: State, call: Call, value: Value) -> bool:
    """q.get(): awaited, if the queue is one of asyncio."""
    held = s.field(s.rows[value].receiver, "put")
    if s.rows[value].dotted.startswith("asyncio.") and s.rows[value].dotted.endswith(".get"):
        made = s.of(XINST, FUTURE, (), ("got", s.rows[value].receiver))
        s.flow(held, s.field(made, "()"))
        s.add(call.dst, made)
    else:
        s.flow(held, call.dst)
    return True


QUEUES = ("queue.Queue", "queue.SimpleQueue", "asyncio.Queue")
"""Those of which the others are subclasses."""

QUEUE_MODELS: dict[str, Model] = {
    **dict.fromkeys((f"{name}.{method}" for name in QUEUES for method in ("put", "put_nowait")), put),
    **dict.fromkeys((f"{name}.{method}" for name in QUEUES for method in ("get", "get_nowait")), got),
}


@of_object
def generator_method(s: State, call: Call, value: Value) -> bool:
    """next(), send(), throw() of a generator; asend() of an asynchronous one gives something to await."""
    base = s.rows[value].receiver
    if s.kinds[base] != GEN:
        return bool(s.kinds[base] == CORO)
    aid = s.rows[base].activation
    for var in plain(call)[:1]:
        s.flow(var, s.a_send[aid])
    if s.rows[value].dotted.endswith("asend"):
        made, target = awaitable(s, base)
        s.flow(s.a_yield[aid], target)
        s.add(call.dst, made)
    else:
        s.flow(s.a_yield[aid], call.dst)
    return True


COROUTINE_MODELS: dict[str, Model] = {
    **QUEUE_MODELS,
    "asyncio.to_thread": in_thread, "anyio.to_thread.run_sync": in_thread,
    "starlette.concurrency.run_in_threadpool": in_thread, "fastapi.concurrency.run_in_threadpool": in_thread,
    "anyio.abc.TaskGroup.start_soon": in_thread, "trio.Nursery.start_soon": in_thread,
    "trio.to_thread.run_sync": in_thread,
    "asyncio.run": run_coroutine, "asyncio.create_task": run_coroutine, "asyncio.ensure_future": run_coroutine,
    "asyncio.wait_for": run_coroutine, "asyncio.shield": run_coroutine, "asyncio.gather": gathered,
    "asyncio.AbstractEventLoop.run_until_complete": run_coroutine, "typing.Generator.send": generator_method,
    "typing.Generator.__next__": generator_method, "typing.Generator.throw": generator_method,
    "typing.Generator.close": generator_method, "typing.Generator.asend": generator_method,
}  # fmt: skip
