"""What the page is given beside the profiles: the source behind them, what changed, and the reports before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from code_path_audit.sources.text import ReadSource


class Source(NamedTuple):
    """The source of what was traced: the bytes of a file, and the line of a call site of a function (KeyError or
    IndexError where there is none)."""

    read: ReadSource
    line: Callable[[str, int], int]


class Change(NamedTuple):
    """One difference of an action since its baseline, as the gate tells it.

    `kind` and `status` are the gate's words; `op` is the op's id, "" for what is not about one; `what` a callee, a
    reason or a mutation. `before` and `after` are load units (of unresolved calls, counts), None where there is
    nothing, or no figure that is told. `why` says what of it changed or why it does not count; `cause` is the place in
    the change that made it, with what happened there.
    """

    kind: str
    status: str
    op: str
    function: str
    what: str
    before: int | None
    after: int | None
    why: str
    cause: str


class Changes(NamedTuple):
    """All differences of an action since its baseline, the gravest first. `note` says why there are none to tell, ""
    where the two were compared."""

    rows: tuple[Change, ...] = ()
    note: str = ""


class Point(NamedTuple):
    """One action in the report of one day ("YYYY-MM-DD"): `load` in load units, as it is told; `model` weighed it."""

    date: str
    load: int
    ops: int
    expensive: int
    unresolved: int
    model: str


class Beside(NamedTuple):
    """All that the page tells beside the profiles. `changes` and `earlier` are by the name of the action; None: nobody
    compared with baselines. `earlier` has the reports before this one, the oldest first."""

    source: Source | None = None
    changes: Mapping[str, Changes] | None = None
    earlier: Mapping[str, tuple[Point, ...]] = {}


NOTHING_BESIDE = Beside()
