"""A baseline: the part of a profile that is committed and compared, as frozen plain values.

The same type serves both sides of a comparison: what a file holds, and what `capture` takes from a fresh profile. No
row has a line number, a path, a date (but an acceptance's expiry) or anything of a machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.costs.model import CostClass

if TYPE_CHECKING:
    from code_path_audit.reports.figures import Told

FORMAT = 5
"""Version of the file format; `baseline.upgrades` has one module for each older one."""

ANALYSIS = 39
"""Version of what the analysis finds. Raised with every change that makes the same source give other ops or weights."""


class CostRow(NamedTuple):
    """The constants of one cost class when the baseline was made, in load units: weights must follow from them."""

    name: str
    base: float
    warm_base: float
    per_unit: float

    def as_class(self) -> CostClass:
        """The class as the engine weighs by it; what weighing does not need is empty."""
        return CostClass(self.name, self.base, self.per_unit, 0, self.warm_base, "", False)


NOT_IN_FILES = ("body", "blocks_event_loop", "others")
"""What is known of code, and in no file."""


class BaselineOp(NamedTuple):
    """One op; `body` is the digest of its function's body, "" in what a file holds; `blocks_event_loop` is False
    there, and `others` is empty: what its call site may call instead, of which it is the heaviest.

    `open_loops` counts the loops of unknown bound that stand inside of one another around it, where there are most; -1
    where an old format did not say. `runs` are the terms of how often it runs (`profiles.runs.words.as_text`), and
    `condition` is that of its best path; both are "" in what an old format told nothing of. `cost_class` is
    "loop_amplified" where a loop amplifies it, `base_class` the class of the work. `weight` is in load units and
    follows from the class's constants, `size` and `amplification`. `evidence` is that of the op's best path, "" in what
    an old format told nothing of.
    """

    id: str
    function: str
    callee: str
    cost_class: str
    base_class: str
    ordinal: int
    size: float
    size_source: str
    amplification: int
    open_loops: int
    weight: int
    evidence: str
    body: str = ""
    runs: str = ""
    condition: str = ""
    blocks_event_loop: bool = False
    others: str = ""


def is_past_figures(op: BaselineOp) -> bool:
    """Whether an op runs in so many loops that its number of runs and its weight are no figures to tell."""
    from code_path_audit.profiles.runs.terms import MAX_LOOPS, degree
    from code_path_audit.profiles.runs.words import from_text

    return degree(from_text(op.runs)) > MAX_LOOPS


def op_order(op: BaselineOp) -> tuple[str, str, str, int, str]:
    """By function, so that what belongs together stands together in a review."""
    return (op.function, op.callee, op.base_class, op.ordinal, op.id)


class Acceptance(NamedTuple):
    """One op that was let through as it was then, with a reason, until a date ("YYYY-MM-DD", "" for ever).

    `fault` says why it counts as none; "" in a good one. A bad one is kept, so that messages can name it.
    """

    op: BaselineOp
    reason: str
    until: str
    fault: str = ""


class UnresolvedRow(NamedTuple):
    """How many calls of one function stay unresolved for one reason."""

    function: str
    reason: str
    calls: int


class MutationRow(NamedTuple):
    """One kind of state change of one target in one function; `body` is the digest of the function's body, "" in what a
    file holds."""

    function: str
    kind: str
    target: str
    body: str = ""


class Baseline(NamedTuple):
    """All of one action. Tuples are sorted. `model` is the name of the cost model; its constants are in `costs`.

    `accepted` is in a file of its own (`baseline.acceptances`); in older formats it was in the same."""

    action: str
    analysis: int
    model: str
    costs: tuple[CostRow, ...]
    ops: tuple[BaselineOp, ...]
    accepted: tuple[Acceptance, ...] = ()
    unresolved: tuple[UnresolvedRow, ...] = ()
    mutations: tuple[MutationRow, ...] = ()

    @property
    def load(self) -> int:
        """The sum of the weights: never stored, so that branches which touch different ops merge."""
        return sum(op.weight for op in self.ops)

    @property
    def told(self) -> Told:
        """The load as people are told it: without the ops that are too deep in loops for a figure."""
        from code_path_audit.profiles.runs.words import from_text
        from code_path_audit.reports.figures import told

        return told((op.weight, from_text(op.runs)) for op in self.ops)

    def unresolved_by_reason(self) -> dict[str, int]:
        """Unresolved calls, counted by reason, in the order of the reasons' names."""
        counts: dict[str, int] = {}
        for row in sorted(self.unresolved, key=lambda row: row.reason):
            counts[row.reason] = counts.get(row.reason, 0) + row.calls
        return counts
