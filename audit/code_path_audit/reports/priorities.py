"""What to fix first, over all actions: plain values that the summary, the page and the terminal show alike."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.profiles.amplification import prominence
from code_path_audit.profiles.model import ActionProfile, Candidate
from code_path_audit.profiles.runs.terms import MAX_LOOPS
from code_path_audit.reports.figures import is_past_figures, told_load
from code_path_audit.reports.text import quantity, share

LOW = "low"
"""The priority of what saves less than a twentieth of what its action surely pays."""

RANKED = 100
"""Rounds of a loop whose length nobody knows by which what one of them saves stands beside what is saved once."""

NOTHING = "No change is known that saves a twentieth of what an action surely pays."


class Saving(NamedTuple):
    """What one proposal saves in one action, in load units, in an action whose load is told as `load`.

    `felt` is what it saves, and `paid` what the action surely pays there, where loops of unknown bound that the saving
    grows with have as many rounds as users feel; `each`, `each_paid`, `per` and `counted` are those of one round, as a
    candidate has them. `is_past_figures`: an op that it concerns is too deep in loops for these to be told.
    """

    action: str
    saving: int
    load: int
    is_past_figures: bool
    felt: int = 0
    paid: int = 0
    each: int = 0
    each_paid: int = 0
    per: str = ""
    counted: int = 0

    @property
    def ranked(self) -> int:
        """Load units by which proposals are ordered: of loops of unknown bound what so many rounds save."""
        return self.each * RANKED if self.per else self.felt or self.saving


class Proposal(NamedTuple):
    """A candidate, wherever it was found: `savings` has a row for each action that it helps, the largest first.

    `op` is the heaviest op that it concerns, None where the action holds none of them.
    """

    candidate: Candidate
    savings: tuple[Saving, ...]
    op: ExpensiveOp | None
    calibrated: bool

    @property
    def is_worth(self) -> bool:
        """Whether it saves a twentieth of what an action surely pays."""
        return self.candidate.priority != LOW and self.saved > 0

    @property
    def saved(self) -> int:
        """Load units saved in all actions together, by which proposals are ordered."""
        return sum(row.ranked for row in self.savings)


def saved(row: Saving, calibrated: bool, is_named: bool = False) -> str:
    """What one action gains: of a loop whose length nobody knows that of one round, and how many the load counts.
    `is_named`: with the name of the action."""
    of = f" of {row.action}" if is_named else ""
    if row.is_past_figures:
        return f"part of what is more than {MAX_LOOPS} loops deep{f' in {row.action}' if is_named else ''}"
    if row.per:
        part = f"{share(row.each, row.each_paid)} of what each costs"
        return f"{quantity(row.each, calibrated)}{of} {row.per}, {part} (the load counts {row.counted:,})"
    if not row.paid:
        return f"{quantity(row.saving, calibrated)} ({share(row.saving, row.load)}){of}"
    return f"{quantity(row.felt, calibrated)}{of}, {share(row.felt, row.paid)} of what it surely pays"


def proposals(profiles: Iterable[ActionProfile]) -> tuple[Proposal, ...]:
    """All candidates, each once however many actions share it; what saves most comes first."""
    found: dict[tuple[str, str, str, int, tuple[str, ...]], list[tuple[ActionProfile, Candidate]]] = {}
    for profile in by_name(profiles):
        for candidate in profile.candidates:
            key = (candidate.kind, candidate.function, candidate.file, candidate.line, candidate.op_ids)
            found.setdefault(key, []).append((profile, candidate))
    costs = {profile.action.name: _Costs(profile) for profile in by_name(profiles) if profile.candidates}
    return tuple(sorted((_proposal(rows, costs) for rows in found.values()), key=_most_saved_first))


class _Costs:
    """What an action pays for, by the ids of its ops."""

    def __init__(self, profile: ActionProfile) -> None:
        self.ops, self.load = profile.expensive_ops, told_load(profile)
        self.places: dict[str, list[int]] = {}
        for place, op in enumerate(self.ops):
            self.places.setdefault(op.id, []).append(place)

    def of(self, ids: Iterable[str]) -> list[ExpensiveOp]:
        """The ops with these ids, in the order of the profile."""
        return [self.ops[place] for place in sorted({place for one in ids for place in self.places.get(one, ())})]


def _proposal(rows: Sequence[tuple[ActionProfile, Candidate]], costs: Mapping[str, _Costs]) -> Proposal:
    savings: dict[str, Saving] = {}
    for profile, candidate in rows:
        name = profile.action.name
        concerned = costs[name].of(candidate.op_ids)
        row = Saving(
            name, candidate.saving, costs[name].load, any(map(is_past_figures, concerned)),
            candidate.felt, candidate.paid, candidate.each, candidate.each_paid, candidate.per, candidate.counted,
        )  # fmt: skip
        savings[name] = max(row, savings.get(name, row))
    profile, candidate = max(rows, key=lambda row: (row[1].saving, row[0].action.name, row[1]))
    concerned = costs[profile.action.name].of(candidate.op_ids)
    return Proposal(
        candidate,
        tuple(sorted(savings.values(), key=lambda row: (-row.saving, row.action))),
        heaviest_first(concerned)[0] if concerned else None,
        profile.calibrated,
    )


def _most_saved_first(proposal: Proposal) -> tuple[int, str, int, str, tuple[str, ...]]:
    candidate = proposal.candidate
    return (-proposal.saved, candidate.file, candidate.line, candidate.kind, candidate.op_ids)


def how_often(op: ExpensiveOp) -> str:
    """How often an op runs in words, its condition where that is not "always", and whether it blocks an event loop;
    "" where it is not known."""
    words = f"{op.how_often} (predicted: {op.predicted})" if op.predicted else op.how_often
    words = f"{words}, {op.condition}" if words and op.condition not in ("", CONDITIONS[0]) else words
    return f"{words}, blocks the event loop" if words and op.blocks_event_loop else words


def by_name(profiles: Iterable[ActionProfile]) -> list[ActionProfile]:
    """The profiles in the order of their actions' names."""
    return sorted(profiles, key=lambda profile: profile.action.name)


def heaviest_first(ops: Iterable[ExpensiveOp]) -> list[ExpensiveOp]:
    """Ops that run always before those that may, then by degree, then by falling weight; equal ones by place."""
    return sorted(ops, key=lambda op: (*prominence(op), op.file, op.line, op.column, op.callee, op.id))


class Step(NamedTuple):
    """One function of a path, the lines of the loops in it that the path runs through, and the evidence of the call out
    of it."""

    function: str
    lines: tuple[int, ...]
    evidence: str


def steps(op: ExpensiveOp) -> list[Step]:
    """The path of an op, from the entry point on."""
    loops = loop_lines(op.amplified_by)
    path = op.path or ((op.function,) if op.function else ())
    known = len(op.path_evidence) == len(path)
    evidence = op.path_evidence if known else (*("certain" for _ in path[1:]), op.evidence)[: len(path)]
    return [Step(name, loops.get(name, ()), sure) for name, sure in zip(path, evidence, strict=True)]


def loop_lines(amplified_by: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """ "function:line" rows as the lines of each function, in order; a row of another form is passed over."""
    lines: dict[str, tuple[int, ...]] = {}
    for row in amplified_by:
        function, _, line = row.rpartition(":")
        if line.isascii() and line.isdigit() and len(line) < 10:
            lines[function] = (*lines.get(function, ()), int(line))
    return lines
