"""Which ops block the event loop: they wait for something outside, in a coroutine or in what one calls, and nothing
awaits them. While they wait, no other coroutine of the process goes on.

What a coroutine hands to a thread (`asyncio.to_thread`, `run_in_executor`) does not run on the loop; what it hands to
something unknown that it awaits need not, and is not told. A call of an
asynchronous library gives something that can be awaited, wherever that is done. Assumes that a coroutine of the action
runs on a loop that others share; one that is run by itself (`asyncio.run(main())`) blocks nobody else.
"""

from __future__ import annotations

from code_path_audit.costs.asynchronous import ADDED, is_asynchronous
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import CallSite
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.pipelining import WAITING
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.side_by_side import last_part

TO_THREADS = frozenset((
    "to_thread", "run_in_executor", "run_in_threadpool", "run_sync", "run_sync_in_worker_thread", "submit",
    "sync_to_async", "iterate_in_threadpool", "add_task", "Thread", "Process",
))  # fmt: skip
"""The last part of the names of what runs a function elsewhere than on the loop."""


def on_the_loop(reach: Reach) -> frozenset[str]:
    """The functions of an action that run on an event loop: coroutines, and what they call themselves."""
    todo = [name for name in reach.depths if reach.facts(name).is_async]
    found = set(todo)
    for name in todo:
        sites = reach.facts(name).sites
        for edge in reach.callees.get(name, ()):
            if edge.callee in found or runs_in_a_thread(reach, edge.callee):
                continue
            if edge.kind == "callback" and 0 <= edge.site < len(sites) and may_run_elsewhere(sites[edge.site]):
                continue
            found.add(edge.callee)
            todo.append(edge.callee)
    return frozenset(found)


def may_run_elsewhere(site: CallSite) -> bool:
    """Whether what a call outside of the source is given need not run on the loop: nobody knows where, if the call is
    awaited."""
    return site.awaited or runs_elsewhere(site)


def runs_elsewhere(site: CallSite) -> bool:
    """Whether a call, or a decorator, has what it is given run elsewhere than on the loop."""
    return last_part(site.text) in TO_THREADS


def runs_in_a_thread(reach: Reach, name: str) -> bool:
    """Whether a decorator makes a function one that runs elsewhere: @sync_to_async"""
    module, index = reach.program.functions[name]
    functions = reach.program.modules[module].functions
    facts = functions[index]
    around = functions[facts.parent] if facts.parent >= 0 else facts
    return any(
        site.kind == "decorator"
        and runs_elsewhere(site)
        and site.arguments[:1]
        and site.arguments[0].text == facts.name.rpartition(".")[2]
        for site in around.sites
    )


def blocking(reach: Reach, ops: tuple[ExpensiveOp, ...]) -> tuple[ExpensiveOp, ...]:
    """The ops of an action, each with whether it blocks the event loop."""
    functions = on_the_loop(reach)
    if not functions:
        return ops
    return tuple(op._replace(blocks_event_loop=True) if blocks(reach, functions, op) else op for op in ops)


def off_the_loop(reach: Reach, ops: tuple[ExpensiveOp, ...]) -> frozenset[str]:
    """The ids of those ops of an action with coroutines that wait for something outside where no loop waits with them:
    in what was handed to a thread, or is no coroutine's."""
    functions = on_the_loop(reach)
    return frozenset(
        op.id
        for op in (ops if functions else ())
        if base_class_of(op) in WAITING and not op.light and (op.function not in functions or is_handed_over(reach, op))
    )


def is_handed_over(reach: Reach, op: ExpensiveOp) -> bool:
    """Whether an op is what a thread is given to run: asyncio.to_thread(path.read_text)"""
    return op.site >= 0 and runs_elsewhere(reach.facts(op.function).sites[op.site])


def blocks(reach: Reach, functions: frozenset[str], op: ExpensiveOp) -> bool:
    """Whether one op does."""
    if op.function not in functions or base_class_of(op) not in WAITING or op.light:
        return False
    if op.callee.startswith(ADDED):
        return False  # what writes the row waits, and is told
    site = reach.facts(op.function).sites[op.site] if op.site >= 0 else None
    if site is None or site.awaited or site.kind == "import" or is_asynchronous(op.callee):
        return False
    return not runs_elsewhere(site)
