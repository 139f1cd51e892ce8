"""What may happen between two runs of a function, or beside them: what keeps and shares things has to know."""

from __future__ import annotations

from collections.abc import Container, Iterator

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.repeatable import OF_PROCESS, asks_what_stays, only_reads

BESIDE = (
    "concurrent.futures.", "threading.", "_thread.", "multiprocessing.", "joblib.", "asyncio.to_thread",
    "asyncio.run_coroutine_threadsafe", "anyio.to_thread.", "starlette.concurrency.", "gevent.", "eventlet.",
)  # fmt: skip
"""Beginnings of what runs functions that it is handed in other threads or processes."""

PROCESSES = ("Process", "multiprocessing", "joblib")

EXECUTORS = (".run_in_executor", ".map_async", ".apply_async", ".starmap", ".imap", ".imap_unordered", ".spawn")
"""The last parts of methods that do."""

WAITS = frozenset((
    "time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep", "builtins.input", "getpass.getpass", "select.select",
    "signal.pause", "click.prompt", "click.confirm", "click.pause", "click.edit", "click.termui.prompt",
    "click.termui.confirm", "click.termui.pause", "click.termui.edit", "typer.prompt", "typer.confirm",
    "rich.prompt.Prompt.ask", "rich.prompt.Confirm.ask", "prompt_toolkit.prompt", "questionary.prompt",
    "threading.Event.wait", "threading.Condition.wait",
))  # fmt: skip
"""Functions that let time pass, or ask a person: a file may be another one after them."""

MOVES = frozenset(("os.chdir", "os.fchdir", "contextlib.chdir"))
"""What makes a relative path another one."""


def callers_above(traced: Traced, function: str) -> Iterator[Edge]:
    """The calls that lead to a function, of it and of those that call it."""
    todo, seen = [function], {function}
    while todo:
        for edge in traced.reach.callers.get(todo.pop(), ()):
            yield edge
            if edge.caller not in seen:
                seen.add(edge.caller)
                todo.append(edge.caller)


def runs_beside_itself(traced: Traced, function: str) -> str:
    """Whether a function, or one that leads to it, is handed to something that runs it in other threads or processes:
    "thread", "process" or "". What its runs share is used by several at a time there, or is no more than a copy."""
    for edge in callers_above(traced, function):
        if edge.kind == "callback":
            for call in traced.externals.get((edge.caller, edge.site), ()):
                if call.callee.startswith(BESIDE) or call.callee.endswith(EXECUTORS):
                    return "process" if any(word in call.callee for word in PROCESSES) else "thread"
    return ""


def may_change_files(traced: Traced, function: str) -> bool:
    """Whether files may be others in another run of a function: a function that leads to it waits or asks a person,
    the action goes to another folder, or runs a process that is asked for more than what stays as it is."""
    if traced.changing is None:
        traced.changing = _changing(traced)
    return function in traced.changing


def _changing(traced: Traced) -> Container[str]:
    """All functions that `may_change_files` holds of: found once, from those that wait down to what they lead to."""
    waiting: set[str] = set()
    for caller, rows in traced.reach.externals.items():
        names = {row.callee for row in rows}
        if names & MOVES:
            return traced.reach.depths
        if names & WAITS:
            waiting.add(caller)
    if any(is_process(traced, op) for op in traced.ops):
        return traced.reach.depths
    todo = list(waiting)
    while todo:
        new = {edge.callee for edge in traced.reach.callees.get(todo.pop(), ())} - waiting
        waiting |= new
        todo += new
    return waiting


def is_process(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether an op runs a process that may write files."""
    if base_class_of(op) != "subprocess" or op.callee.startswith(OF_PROCESS):
        return False
    spot = traced.spot(op)
    return spot is None or not (asks_what_stays(op, spot) or only_reads(op, spot))
