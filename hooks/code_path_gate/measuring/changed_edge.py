"""Why an op is new or heavier: which edge on its best path the change added, or made run more often. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.program.model import Program
from code_path_gate.baseline.body import body_digest
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.measuring.measured import Measured
from code_path_gate.verdict.drift import Finding
from code_path_gate.verdict.evidence import ChangedEdge, Evidence, Step


class Seen(NamedTuple):
    """An action of one state as it was measured, now or before, and the program of that state, which has the lines.

    `source` gives the bytes of a file by its path, relative to the root.
    """

    measured: Measured
    program: Program
    source: Mapping[str, bytes]

    def op(self, op_id: str) -> BaselineOp | None:
        """An op by its identity."""
        return next((op for op in self.measured.current.ops if op.id and op.id == op_id), None)

    def path(self, op_id: str) -> tuple[Step, ...]:
        """The path to an op, () where there is none."""
        steps = []
        for hop in self.measured.paths.to(op_id):
            facts = self.program.facts(hop.function)
            line = facts.line if hop.site < 0 else facts.positions.sites[hop.site][0]
            loops = tuple(facts.positions.loops[loop] for loop in hop.loops)
            steps.append(Step(hop.function, self.program.path(hop.function), line, loops, hop.evidence))
        return tuple(steps)


def explain(finding: Finding, head: Seen, base: Seen | None, base_id: str = "") -> Evidence:
    """The evidence for a finding; `base_id` is the op's identity in `base`, "" where it was not there."""
    op = head.op(finding.id)
    if op is None:
        return Evidence(before=base.path(finding.id) if base is not None and finding.now is None else ())
    path = head.path(op.id)
    if base is None:
        return Evidence(path)
    old = base.op(base_id)
    before = base.path(base_id) if old is not None else ()
    return Evidence(path, before, _edge(op, path, old, before, head, base))


def _edge(
    op: BaselineOp,
    path: tuple[Step, ...],
    old: BaselineOp | None,
    before: tuple[Step, ...],
    head: Seen,
    base: Seen,
) -> ChangedEdge | None:
    calls_before = base.measured.calls
    callees = [*(step.function for step in path[1:]), op.callee]
    changed = _ChangedLines(head, base)
    if old is None or [step.function for step in path] != [step.function for step in before]:
        if path[0].function not in base.measured.paths.entries:
            return _at(path[0], callees[0], "a new entry point", changed)
        for step, callee in zip(path[:-1], callees, strict=False):
            if callee not in calls_before.get(step.function, ()):
                return _at(step, callee, "a new call", changed)
    if old is None:
        return _at(path[-1], op.callee, "a new op", changed)
    loops_before = Counter({step.function: len(step.loops) for step in before})
    for step, callee in zip(path, callees, strict=True):
        if len(step.loops) > loops_before[step.function]:
            return _at(step, callee, "now in a loop", changed)
    if op.amplification > old.amplification:
        added = _new_call(op, head, base, changed)
        if added is not None:
            return added
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


def _new_call(op: BaselineOp, head: Seen, base: Seen, changed: Callable[[str], frozenset[int]]) -> ChangedEdge | None:
    """The call nearest to an op that leads to it now and did not before, on whichever path."""
    callers: dict[str, list[str]] = {}
    for caller, callees in sorted(head.measured.calls.items()):
        for callee in callees:
            callers.setdefault(callee, []).append(caller)
    seen = [op.function]
    for callee in seen:
        for caller in callers.get(callee, ()):
            if callee not in base.measured.calls.get(caller, ()):
                return _at(_step_of(head, caller, callee), callee, "a new call", changed)
        seen += [caller for caller in callers.get(callee, ()) if caller not in seen]
    return None


def _step_of(seen: Seen, caller: str, callee: str) -> Step:
    """Where one function calls another, as the text says it; the function itself where it does not."""
    facts = seen.program.facts(caller)
    name = callee.rpartition(".")[2].partition("#")[0]
    lines = (
        place[0]
        for site, place in zip(facts.sites, facts.positions.sites, strict=True)
        if site.text.rpartition(".")[2] == name
    )
    return Step(caller, seen.program.path(caller), next(lines, facts.line), (), EVIDENCE[0])


def _at(step: Step, callee: str, how: str, changed: Callable[[str], frozenset[int]]) -> ChangedEdge:
    """The edge, anchored on the first of its lines that the change touched: the call, else a loop around it."""
    lines = changed(step.file)
    line = next((line for line in (step.line, *step.loops) if line in lines), step.line)
    return ChangedEdge(step.function, callee, step.file, line, how)


class _ChangedLines:
    """The lines of a file, as it is now, that the change touched; each file compared once."""

    def __init__(self, head: Seen, base: Seen) -> None:
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


def _body_changed(function: str, head: Seen, base: Seen) -> bool:
    bodies = [
        (seen.program.modules[known[0]], known[1])
        for seen in (head, base)
        if (known := seen.program.functions.get(function)) is not None
    ]
    if len(bodies) != 2:
        return bool(bodies)
    # in nearly all cases the digests suffice, and neither body is read
    if bodies[0][0].digest_of(bodies[0][1]) == bodies[1][0].digest_of(bodies[1][1]):
        return False
    return body_digest(*bodies[0]) != body_digest(*bodies[1])
