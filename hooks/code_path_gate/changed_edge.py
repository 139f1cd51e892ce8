"""Why an op is new or heavier: which edge on its heaviest path the change added, or made run more often. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.program.model import Program
from code_path_gate.baseline.body import body_digest
from code_path_gate.drift import Finding
from code_path_gate.evidence import ChangedEdge, Evidence, Step


class Traced(NamedTuple):
    """A profile and what it was traced in. `source` gives the bytes of a file by its path, relative to the root."""

    profile: ActionProfile
    program: Program
    source: Mapping[str, bytes]


def explain(finding: Finding, head: Traced, base: Traced | None, base_id: str = "") -> Evidence:
    """The evidence for a finding; `base_id` is the op's identity in `base`, "" where it was not there."""
    op = _op(head.profile, finding.id)
    if op is None:
        gone = _op(base.profile, finding.id) if base is not None and finding.now is None else None
        return Evidence(before=_steps(gone, base) if gone is not None and base is not None else ())
    path = _steps(op, head)
    if base is None:
        return Evidence(path)
    old = _op(base.profile, base_id)
    before = _steps(old, base) if old is not None else ()
    return Evidence(path, before, _edge(op, path, old, before, head, base))


def _op(profile: ActionProfile, op_id: str) -> ExpensiveOp | None:
    return next((op for op in profile.expensive_ops if op.id and op.id == op_id), None)


def _steps(op: ExpensiveOp, traced: Traced) -> tuple[Step, ...]:
    names = op.path or (op.function,)
    if names[-1] != op.function:
        names = (*names, op.function)
    loops = _loops(op)
    wanted = set(pairwise(names))
    sites: dict[tuple[str, str], list[Edge]] = {}
    for edge in traced.profile.edges:
        if (edge.caller, edge.callee) in wanted:
            sites.setdefault((edge.caller, edge.callee), []).append(edge)
    steps = []
    for caller, callee in pairwise(names):
        first = min(sites[caller, callee], key=lambda edge: _rank(edge, traced, loops))
        line = traced.program.line(caller, first.site)
        inferred = first.confidence == "inferred"
        steps.append(Step(caller, traced.program.path(caller), line, loops.get(caller, ()), inferred))
    # of an op's own confidence the path has most: the last step is a guess only where no call before it is
    guess = op.confidence == "inferred" and not any(step.inferred for step in steps)
    return (*steps, Step(op.function, op.file, op.line, loops.get(op.function, ()), guess))


def _loops(op: ExpensiveOp) -> dict[str, tuple[int, ...]]:
    """The lines of the loops that amplify an op, by function."""
    loops: dict[str, tuple[int, ...]] = {}
    for text in op.amplified_by:
        function, _, line = text.rpartition(":")
        loops[function] = (*loops.get(function, ()), int(line))
    return loops


def _rank(edge: Edge, traced: Traced, loops: Mapping[str, tuple[int, ...]]) -> tuple[bool, int]:
    """A call inside a loop first, where the path is amplified by one there; else the first in the source."""
    facts = traced.program.facts(edge.caller)
    if edge.site < 0:
        return (True, edge.site)
    in_loop = facts.sites[edge.site].loop >= 0
    return (in_loop != bool(loops.get(edge.caller)), edge.site)


def _edge(
    op: ExpensiveOp,
    path: tuple[Step, ...],
    old: ExpensiveOp | None,
    before: tuple[Step, ...],
    head: Traced,
    base: Traced,
) -> ChangedEdge | None:
    known = {(edge.caller, edge.callee) for edge in base.profile.edges}
    callees = [*(step.function for step in path[1:]), op.callee]
    changed = _ChangedLines(head, base)
    if old is None or op.path != old.path:
        if path[0].function not in base.profile.entries:
            return _at(path[0], callees[0], "a new entry point", changed)
        for step, callee in zip(path[:-1], callees, strict=False):
            if (step.function, callee) not in known:
                return _at(step, callee, "a new call", changed)
    if old is None:
        return _at(path[-1], op.callee, "a new op", changed)
    loops_before = Counter({step.function: len(step.loops) for step in before})
    for step, callee in zip(path, callees, strict=True):
        if len(step.loops) > loops_before[step.function]:
            return _at(step, callee, "now in a loop", changed)
    if op.amplification > old.amplification:
        loops = [(step, callee) for step, callee in zip(path, callees, strict=True) if step.loops]
        # where no body with a loop changed, it is a value from elsewhere that bounds one of them
        edited = [pair for pair in loops if _body_changed(pair[0].function, head, base)]
        for step, callee in (edited or loops)[:1]:
            return _at(step, callee, "a loop around it runs more often", changed)
    if op.size != old.size:
        return _at(path[-1], op.callee, "it handles more", changed)
    for step, callee in zip(path, callees, strict=True):
        if _body_changed(step.function, head, base):
            return _at(step, callee, "its function was changed", changed)
    return None


def _at(step: Step, callee: str, how: str, changed: Callable[[str], frozenset[int]]) -> ChangedEdge:
    """The edge, anchored on the first of its lines that the change touched: the call, else a loop around it."""
    lines = changed(step.file)
    line = next((line for line in (step.line, *step.loops) if line in lines), step.line)
    return ChangedEdge(step.function, callee, step.file, line, how)


class _ChangedLines:
    """The lines of a file, as it is now, that the change touched; each file compared once."""

    def __init__(self, head: Traced, base: Traced) -> None:
        self.head = head.source
        self.base = base.source
        self.known: dict[str, frozenset[int]] = {}

    def __call__(self, path: str) -> frozenset[int]:
        if path not in self.known:
            self.known[path] = changed_lines(self.base.get(path, b""), self.head.get(path, b""))
        return self.known[path]


MAX_COMPARED = 5_000
"""Lines; a longer file counts as changed all over, because comparing takes quadratic time."""


def changed_lines(before: bytes, after: bytes) -> frozenset[int]:
    """Numbers of the lines of `after`, from 1, that `before` does not have in their place."""
    old, new = before.splitlines(), after.splitlines()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old, middle = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) + len(middle) > MAX_COMPARED:
        return frozenset(range(start + 1, start + 1 + len(middle)))
    from difflib import SequenceMatcher

    found: set[int] = set()
    for tag, _, _, first, last in SequenceMatcher(None, old, middle, autojunk=False).get_opcodes():
        if tag in ("replace", "insert"):
            found.update(range(start + first + 1, start + last + 1))
    return frozenset(found)


def _body_changed(function: str, head: Traced, base: Traced) -> bool:
    digests = [
        body_digest(traced.program.modules[known[0]], known[1])
        for traced in (head, base)
        if (known := traced.program.functions.get(function)) is not None
    ]
    return len(set(digests)) > 1 or len(digests) == 1
