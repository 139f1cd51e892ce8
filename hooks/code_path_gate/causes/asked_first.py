"""What a new cache costs that is asked over a network or a file before something that was there: no alarm for the cure
of a slowdown. Pure.

A cache is new where a function makes something that an object has not, as the facts tell (`Arm`), and did not ask that
before. Asking the object and filling it is the price; it is no matter where what is kept costs no less than either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import KEPT
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.beside import each
from code_path_gate.causes.cause import Sides
from code_path_gate.causes.differences import arms_around
from code_path_gate.causes.exchanged import reached
from code_path_gate.measuring.seen import Seen


def asked_first(now: BaselineOp, was: BaselineOp | None, sides: Sides, cost: Callable[[Iterable[str]], int]) -> str:
    """Why a new op is no matter: it asks or fills a new cache of something dearer; "" where it does not. `cost` is what
    functions of before lead to, each op once, in load units."""
    head, base = sides.head, sides.base
    site = head.measured.paths.site(now.id)
    if was is not None or site is None or site < 0 or now.function not in head.program.functions:
        return ""
    facts = head.program.facts(now.function)
    if facts.sites[site].loop >= 0:
        return ""
    holder = facts.sites[site].text.rpartition(".")[0].rpartition(".")[2]
    arms = {number for number, arm in enumerate(facts.arms) if arm.left == KEPT and arm.per and arm.target == holder}
    if not holder or not arms or _has_cache(base, now.function, holder):
        return ""
    rows = head.measured.call_sites(now.function)
    made = [callee for callee, sites in rows.items() if any(_stands_in(facts, site, arms) for site in sites)]
    before = {name for callee in made for name in reached(head, callee) if name in base.measured.calls}
    ids = {row.id for row in base.measured.current.ops if row.function == now.function}
    ops = [row for row in head.measured.current.ops if row.id in ids]
    own = sum(each(row) for row in ops if _stands_in(facts, head.measured.paths.site(row.id), arms))
    if own + cost(before) < each(now):
        return ""
    return "it asks or fills a new cache, and what that keeps cost no less each time"


def _has_cache(seen: Seen, function: str, holder: str) -> bool:
    """Whether a function keeps something in an object of this name."""
    if function not in seen.program.functions:
        return False
    return any(arm.left == KEPT and arm.target == holder for arm in seen.program.facts(function).arms)


def _stands_in(facts: FunctionFacts, site: int | None, arms: set[int]) -> bool:
    return site is not None and site >= 0 and not arms.isdisjoint(arms_around(facts, site))
