"""Graphs that others solve, through any `concurrent.futures.Executor`: the same graphs as alone.

What the files say goes out once, by its digest; what comes back is a packed graph, and what it depends on. A worker
that is lost costs the graphs that it was at, and nothing else: these are asked for once more, and then solved here.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, as_completed
from threading import Lock

from code_path_audit.callgraph.kept import Graphs, Problem, solved
from code_path_audit.callgraph.packed import opened, pack
from code_path_audit.errors import AuditError
from code_path_audit.fingerprint import content
from code_path_audit.processes import collector_off
from code_path_audit.program.dependencies import Consulted, Ledger
from code_path_audit.program.files import Files, Said, Share
from code_path_audit.store.pack import digest

Answer = tuple[bytes, Consulted]
"""A packed graph, and what it depends on."""

Told = Callable[[str, int, int], None]


def solve_all(graphs: Graphs, problems: Sequence[Problem], executor: Executor, share: Share, told: Told) -> None:
    """Has those of some graphs solved that are not kept, and keeps them; AuditError where the workers cannot.

    `share` hands over bytes that all tasks need, `told` hears how far it is.
    """
    missing = list({repr(problem): problem for problem in problems if graphs.known(problem) is None}.values())
    if not missing:
        return
    data = pickle.dumps(graphs.files.said(), pickle.HIGHEST_PROTOCOL)
    try:
        shared = share(data)
    except Exception:  # no worker is there to take it: each executor has its own words for it
        shared = data
    done = 0
    # once more with the bytes in the task: a worker that is lost may be the one that had them
    for handle in (shared, data):
        tasks = {_submitted(executor, handle, digest("said", data), problem): problem for problem in missing}
        missing = []
        for task in as_completed(tasks):
            try:
                found = task.result()
            except Exception:  # whatever ended the worker
                missing.append(tasks[task])
                continue
            if found is None:
                raise AuditError(
                    "executor",
                    "the workers have another version of this program",
                    "--executor",
                    "Install there what is installed here.",
                )
            graph = opened(found[0])
            if graph is not None:
                graphs.keep(tasks[task], graph, found[1])
                done += 1
                told("solving actions", done, len(tasks))
        if not missing:
            return


def _submitted(executor: Executor, data: object, name: bytes, problem: Problem) -> Future[Answer | None]:
    return executor.submit(solve_there, content(), name, data, problem)  # type: ignore[arg-type]


_at_hand: dict[bytes, Files] = {}
"""What the files say that this process was given last, by its digest."""

_lock = Lock()
"""A worker may have threads: they would only hinder one another."""


def solve_there(version: bytes, name: bytes, data: bytes, problem: Problem) -> Answer | None:
    """What a worker does: solves one graph of what the files say; None where it is another version of this program."""
    if version != content():
        return None
    with _lock, collector_off():
        files = _at_hand.get(name)
        if files is None:
            said: Said = pickle.loads(data)  # from whoever may run code here anyway
            _at_hand.clear()
            files = _at_hand[name] = Files.of(said)
        ledger = Ledger()
        graph = solved(ledger.watch(files.program()), problem)
        return pack(graph), ledger.consulted()
