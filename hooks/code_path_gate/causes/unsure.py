"""What breaks a rule and is more likely a guess of the analysis than work of the program: told, and no failure. Pure.

- An op that every way leads to over several calls that are only likely, where the change has to do with one of them.
  One such call is as good as a fact, because values do flow there; of a chain of them hardly one ever runs. A call of a
  library that may call what the library was handed is the weaker kind: any of its calls may be the one that does.
- A call of a library, new in the change, that may call what others may call as well, and might before.
- A likely call that comes up where values were given up, on either side, and that no line of the change names: which of
  many values are left then depends on their order.
- A helper that is handed over instead of another function, and calls that one: what that did was not seen before,
  because it was called outside of the source.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from code_path_audit.callgraph.result.caps_hit import FULL
from code_path_gate.causes.cause import CALLED_ON, HANDED_OVER, Sides
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import Finding
from code_path_gate.verdict.evidence import Cause

LIKELY, HANDED, GUESS = 2, 3, 6
"""The doubt of a likely call and of one by a library, and that of a way that is a guess: three likely calls, or two by
libraries. Of the likely calls that recordings could check two in three ran, so hardly one chain of three in three."""


class Ways:
    """How much doubt there is at least on a way through the calls of an action."""

    def __init__(self, head: Seen) -> None:
        self.head = head
        self._from: dict[tuple[str, ...], dict[str, int]] = {}

    def to(self, function: str) -> int:
        """On any way to a function."""
        return self._least(self.head.measured.paths.entries).get(function, 0)

    def below(self, cause: Cause, function: str) -> int | None:
        """From a cause on, on a way to a function; None where no way leads there."""
        if cause.callee in self.head.measured.calls.get(cause.function, ()):
            rest = self._least((cause.callee,)).get(function)
            return None if rest is None else self._doubt(cause.function, cause.callee) + rest
        return 0 if function == cause.function else None

    def _doubt(self, caller: str, callee: str) -> int:
        measured = self.head.measured
        if callee not in measured.doubtful.get(caller, ()):
            return 0
        return HANDED if callee in measured.handed.get(caller, ()) else LIKELY

    def _least(self, starts: tuple[str, ...]) -> dict[str, int]:
        """The least doubt on a way from some functions to each that they lead to; the findings of a cause ask for the
        same."""
        if starts not in self._from:
            self._from[starts] = self._least_from(starts)
        return self._from[starts]

    def _least_from(self, starts: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        todo = [(0, name) for name in starts]
        while todo:
            doubt, name = heappop(todo)
            if name in found:
                continue
            found[name] = doubt
            for callee in self.head.measured.calls.get(name, ()):
                if callee not in found:
                    heappush(todo, (doubt + self._doubt(name, callee), callee))
        return found


def unsure(finding: Finding, cause: Cause, sides: Sides, ways: Ways) -> str:
    """Why a finding is rather a guess, in words; "" where it is not."""
    rest = ways.below(cause, finding.function)
    # what a function does that was reached before is as sure as that it was reached
    was_reached = rest == 0 and cause.function in sides.base.measured.calls
    doubt = ways.to(finding.function) if rest is None else ways.to(cause.function) + rest
    if doubt >= GUESS and not was_reached:
        return "every way to it is a guess: several of its calls are only likely"
    if _is_one_of_many(cause, sides):
        return f"any of several calls of libraries may call {cause.callee}"
    if _is_left_over(cause, sides):
        return f"values were given up, and no line of the change says {cause.callee}"
    name = _wrapped(finding, cause, sides)
    return f"{cause.callee} takes the place of {name}, and calls it" if name else ""


SEVERAL = 3
"""Functions with calls of libraries that may call the same, from which on a further one says nothing."""


def _is_one_of_many(cause: Cause, sides: Sides) -> bool:
    """Whether the cause is one more call of a library that may call what others may call, and might before."""
    head, base = sides.head.measured, sides.base.measured
    if cause.how == HANDED_OVER or cause.callee not in base.calls:
        return False
    handed = cause.callee in head.handed.get(cause.function, ())
    return handed and sum(cause.callee in callees for callees in head.handed.values()) >= SEVERAL


def _is_left_over(cause: Cause, sides: Sides) -> bool:
    """Whether a cause is a likely call by a name that the change gave another value, in an action of which the analysis
    gave values up."""
    head, base = sides.head.measured, sides.base.measured
    given_up = any(text.startswith(FULL) for side in (head, base) for text in side.widened)
    return given_up and cause.how == CALLED_ON and cause.callee in head.doubtful.get(cause.function, ())


def _wrapped(finding: Finding, cause: Cause, sides: Sides) -> str:
    """What was handed over at the cause before, where the function that is handed over now calls just that."""
    if cause.how != HANDED_OVER or finding.was is not None or finding.function != cause.callee:
        return ""
    path = sides.head.path(finding.id)
    now = sides.change.file(cause.file).on(cause.line)
    if not path or path[-1].loops or now is None:
        return ""
    lost = frozenset(
        name
        for edit in sides.change.file(cause.file).edits
        if edit.gone and edit.statement.owner == now.owner and edit.statement.binds == now.binds
        for name in edit.statement.mentions - now.mentions
    )
    called = sides.change.file(path[-1].file).on(path[-1].line)
    return min(lost & called.mentions, default="") if called is not None else ""
