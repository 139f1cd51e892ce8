"""What an action pays in any case where a change adds something: in each round of the same loop, at each call of the
same function. Pure.

Surely paid is what was there before the change and stands behind no branch that the new does not stand behind, reached
by calls that are certain and have one callee. What is kept is paid once, and counts as nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import ALWAYS
from code_path_audit.profiles.runs.words import from_text
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.differences import Nest, arms_around, callers_in, nest_of
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.growth import is_kept, keys

POSSIBLE = EVIDENCE[-1]

CALLERS = 3
"""How many calls up it is asked what callers pay."""

MANY = 4
"""Callers of a function that are looked at; where it has more, none is."""


class Beside:
    """What one action pays anyway, of what it paid before its change, too."""

    def __init__(self, head: Seen, base: Seen) -> None:
        self.head, self.before = head, base.measured.calls
        ids = {op.id for op in base.measured.current.ops}
        self.own: dict[str, dict[int, BaselineOp]] = {}
        for op in head.measured.current.ops:
            site = head.measured.paths.site(op.id) if op.id in ids else None
            if site is not None and site >= 0 and op.evidence != POSSIBLE and not _is_seldom(op):
                self.own.setdefault(op.function, {})[site] = op
        self._callers = callers_in(head.measured.calls)
        self._known: dict[str, int] = {}
        self._always: dict[str, list[str]] = {}

    def dearest(self, function: str, sites: Collection[int], depth: int = CALLERS) -> tuple[int, str]:
        """What weighs most of all that is paid each time that a function comes by any of some call sites, in its own
        code or in that of each of its callers: the load units of one execution, and what it is. (0, "") for nothing."""
        if function not in self.head.program.functions or min(sites, default=-1) < 0:
            return 0, ""
        facts = self.head.program.facts(function)
        rows = [row for row in self._paid(function) if all(_runs_with(facts, row[2], site) for site in sites)]
        own = max(((weight, f"{what}, which {function} pays anyway") for weight, what, _ in rows), default=(0, ""))
        callers = self._callers.get(function, [])
        if not depth or not 0 < len(callers) <= MANY or any(facts.sites[site].loop >= 0 for site in sites):
            return own
        calls = ((name, self.head.measured.call_sites(name).get(function, ())) for name in callers)
        # the least of all callers is paid in any case
        return max(own, min(self.dearest(name, places, depth - 1) for name, places in calls))

    def paid_at(self, function: str, rounds: Sequence[Nest]) -> list[tuple[int, str, int]]:
        """What a function surely pays at such places, each as the text of the other state has it: in the same loops,
        and behind no branch that those do not stand behind. What one run weighs, what it is, and its call site."""
        if function not in self.head.program.functions or not rounds:
            return []
        facts = self.head.program.facts(function)
        return [row for row in self._paid(function) if all(_runs_in(facts, row[2], at) for at in rounds)]

    def along(self, op_id: str) -> int:
        """What is paid whenever the best path to an op is taken, in load units: by its functions, each time that they
        come by the next call of it."""
        total = 0
        for hop in self.head.measured.paths.to(op_id):
            if hop.site >= 0 and hop.function in self.head.program.functions:
                facts = self.head.program.facts(hop.function)
                rows = (row for row in self._paid(hop.function) if _runs_with(facts, row[2], hop.site))
                total += sum(weight for weight, _, _ in rows)
        return total

    def cost(self, function: str) -> int:
        """What one run of a function surely pays, in load units: each op of it and of what it calls once."""
        if function not in self._known:
            todo, seen = [function], {function}
            for name in todo:
                found = [callee for callee in self._calls_always(name) if callee not in seen]
                todo += found
                seen.update(found)
            self._known[function] = sum(self._own_always(name) for name in seen)
        return self._known[function]

    def _own_always(self, function: str) -> int:
        rows = self.own.get(function, {})
        if not rows or function not in self.head.program.functions:
            return 0
        facts = self.head.program.facts(function)
        return sum(each(op) for site, op in rows.items() if _stands_always(facts, site))

    def _calls_always(self, function: str) -> list[str]:
        """What a function surely calls, in order, each once."""
        if function not in self._always:
            found: list[str] = []
            if function in self.head.program.functions:
                facts, rows = self.head.program.facts(function), self._calls(function)
                found = [*dict.fromkeys(callee for callee, site in rows if _stands_always(facts, site))]
            self._always[function] = found
        return self._always[function]

    def _calls(self, function: str) -> list[tuple[str, int]]:
        """The certain calls of a function of what it called before the change, too, and that have one callee."""
        sure = set(self.before.get(function, ())) - set(self.head.measured.doubtful.get(function, ()))
        calls = self.head.measured.call_sites(function)
        count = Counter(site for sites in calls.values() for site in sites)
        rows = ((callee, site) for callee, sites in calls.items() if callee in sure for site in sites)
        return sorted((callee, site) for callee, site in rows if site >= 0 and count[site] == 1)

    def _paid(self, function: str) -> list[tuple[int, str, int]]:
        """The ops and the calls of a function: what one of each pays, what it is, and its call site."""
        rows = [(each(op), op.callee, site) for site, op in self.own.get(function, {}).items()]
        return [*rows, *((self.cost(callee), callee, site) for callee, site in self._calls(function))]


def each(op: BaselineOp) -> int:
    """What one execution of an op weighs, on average."""
    return op.weight // max(op.amplification, 1)


def _is_seldom(op: BaselineOp) -> bool:
    """Whether an op is kept, or run once for each of something."""
    return is_kept(op) or keys(from_text(op.runs)) > 0


def _stands_always(facts: FunctionFacts, site: int) -> bool:
    return all(_is_open(facts, arm) for arm in arms_around(facts, site))


def _is_open(facts: FunctionFacts, arm: int) -> bool:
    return facts.arms[arm].condition == ALWAYS and not facts.arms[arm].left


def _runs_in(facts: FunctionFacts, site: int, rounds: Nest) -> bool:
    """Whether a call site runs in each round of what stands at a place of another state: the branches of that are
    around it, and all others are taken on every normal way."""
    loops, arms = nest_of(facts, site)
    outer, around = arms[max(len(arms) - len(rounds[1]), 0) :], rounds[1][-len(arms) :] if arms else ()
    inner = arms_around(facts, site)[: len(arms) - len(outer)]
    return loops == rounds[0] and outer == around and all(_is_open(facts, arm) for arm in inner)


def _runs_with(facts: FunctionFacts, site: int, other: int) -> bool:
    """Whether one call site runs whenever another does, as often: in the same loop, and in no other arm."""
    if site == other or facts.sites[site].loop != facts.sites[other].loop:
        return False
    around = set(arms_around(facts, other))
    return all(arm in around or _is_open(facts, arm) for arm in arms_around(facts, site))
