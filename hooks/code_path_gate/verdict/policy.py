"""Findings to a verdict: pure. What fails, what is let through and why, and the exit code that follows."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.errors import EXIT_DRIFT, EXIT_OK, EXIT_STALE
from code_path_gate.baseline.model import Acceptance, Baseline, BaselineOp
from code_path_gate.verdict.drift import HEAVIER, NOTHING, Calls, Finding, Found, compare, entered_loop, match
from code_path_gate.verdict.growth import (
    came_onto_the_loop,
    guesses_objects,
    lost_batches,
    lost_cache,
    lost_company,
    lost_guard,
    more_keys,
)

GROWTH = 2.0
"""How many times as heavy an expensive op must become, to fail: below that, sizes and bounds are guesses."""

STALE_KINDS = ("gone", "shrunk")
"""What a baseline still holds although the code no longer does."""

if TYPE_CHECKING:
    from code_path_audit.reports.figures import Told


class Policy(NamedTuple):
    """What fails one action. `fail` are kinds that fail besides the default rules, `strict` counts a stale baseline.

    `max_load` is a load in load units, `max_growth` how much of the baseline's load may be added (0.1 is 10 %).
    """

    threshold: int
    fail: tuple[str, ...] = ()
    max_load: int | None = None
    max_growth: float | None = None
    strict: bool = False


class Judged(NamedTuple):
    """A finding and what becomes of it.

    `status` is "fails", "outdated" (not this change's doing: the baseline is out of date), "accepted" (with a valid
    acceptance), "accepted here" (this change refreshed the baseline), "unexplained" (no line of the change leads to it)
    or "reported". `why` says by which rule, in words.
    """

    finding: Finding
    status: str
    why: str


class Side(NamedTuple):
    """What the change started from: the baseline committed there (None without one), and a trace by this version.

    `reweighed` says that the change touched the cost model, the rules, the library models or the hints, by which both
    sides are weighed;
    `rebudgeted`, that it touched the budget. `found` is what else is known of the change.
    """

    baseline: Baseline | None
    traced: Baseline
    reweighed: bool = False
    rebudgeted: bool = False
    found: Found = NOTHING


class ActionVerdict(NamedTuple):
    """All that is said of one action. `load` is now's, `load_before` the baseline's, both in load units.

    `told_before` and `told` are the same as people are told them. `missing` says that there is no baseline at all:
    never a pass.
    """

    action: str
    judged: tuple[Judged, ...]
    load_before: int
    load: int
    told_before: Told
    told: Told
    notes: tuple[str, ...] = ()
    missing: bool = False


STATUSES = ("accepted here", "fails", "outdated", "accepted", "unexplained", "reported")
"""In the order of a summary: a reviewer must see first what the change itself lets through."""


def ranked(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Findings in the order of their statuses, else as they come."""
    return tuple(sorted(judged, key=lambda row: STATUSES.index(row.status)))


def judge(
    baseline: Baseline, current: Baseline, calls: Calls, policy: Policy, today: datetime.date, base: Side | None = None
) -> ActionVerdict:
    """What the policy makes of all differences of one action. `today` decides which acceptances hold.

    With `base`, a failing difference that was there before the change is the baseline's fault, not the change's.
    """
    held, found = accepted_now(baseline, current, calls, today), base.found if base is not None else NOTHING
    judged = [_judge_one(finding, policy, held) for finding in _all(baseline, current, calls, policy, found)]
    older = older_because(baseline, current)
    if base is not None:
        changes = list(compare(base.traced, current, calls, policy.threshold, found))
        here = _worse(changes, policy) | ({("load_changed", "", "")} if base.rebudgeted else set())
        why = older or (REWEIGHED if base.reweighed else EARLIER)
        judged = [_blame(row, here, why) for row in judged]
        judged = [_note_new_acceptance(row, held, base) for row in judged]
        before = accepted_now(base.baseline, current, calls, today) if base.baseline else {}
        judged += _accepted_here(changes, judged, policy, before, _all_of_base(base, current, calls, policy))
    elif older:
        judged = [row._replace(status="outdated", why=older) if row.status == "fails" else row for row in judged]
    if policy.strict:
        judged = [_strict(row) for row in judged]
    notes = tuple(
        f"the acceptance of {acceptance.op.id} counts as none: {fault}"
        for acceptance in baseline.accepted
        if (fault := fault_of(acceptance, today))
    )
    notes = (*notes, *_of_dead(baseline, current, calls))
    if older and not any(row.why == older for row in judged):
        # nothing crosses the threshold because of it; still, what has grown here is no doing of the code
        notes = (*notes, older)
    return ActionVerdict(
        baseline.action, ranked(judged), baseline.load, current.load, baseline.told, current.told, notes
    )


def _of_dead(baseline: Baseline, current: Baseline, calls: Calls) -> list[str]:
    """Acceptances that match nothing any more."""
    if not baseline.accepted:
        return []
    known = {acceptance.op.id: acceptance.op for acceptance in baseline.accepted}
    rest = tuple(op for op in baseline.ops if op.id not in known)
    matched = {pair.was.id for pair in match((*rest, *known.values()), current.ops, calls).pairs}
    return [
        f"the acceptance of {op.id} ({op.callee} in {op.function}) matches nothing any more: take it out"
        for op in known.values()
        if op.id not in matched
    ]


ANALYSIS_DIFFERS = "the baseline was made by another version of the analysis"
CONSTANTS_DIFFER = "the baseline was weighed by other constants of the cost model"
REWEIGHED = "the code is as before: this change has the cost model, rules, library models or hints weigh it otherwise"
EARLIER = "this was so before this change: the baseline was out of date already"


def older_because(baseline: Baseline, current: Baseline) -> str:
    """Why a baseline cannot be held against what is found now, whatever the code: "" where it can."""
    if baseline.model != current.model and baseline.costs != current.costs:
        return f"the baseline was weighed by the cost model {baseline.model!r:.80}, now it is {current.model!r:.80}"
    if baseline.analysis != current.analysis:
        return ANALYSIS_DIFFERS
    return CONSTANTS_DIFFER if baseline.costs != current.costs else ""


def judge_unknown(current: Baseline, policy: Policy) -> ActionVerdict:
    """What is said of an action that has no baseline: how much it pays for, and that nothing holds it in check."""
    from code_path_audit.reports.figures import Told

    expensive = sum(op.weight > policy.threshold for op in current.ops)
    finding = Finding("load_changed", current.action, "", "", "", None, current.load)
    row = Judged(finding, "outdated", f"{MISSING}; ops above the threshold: {expensive:,}")
    return ActionVerdict(current.action, (row,), 0, current.load, Told(0, 0), current.told, missing=True)


MISSING = "there is no baseline for this action"


UNEXPLAINED = "no line of the change leads to it: the analysis sees it differently"


def with_causes(verdict: ActionVerdict, explained: Collection[str], policy: Policy) -> ActionVerdict:
    """Only what the change did fails it. `explained` are the keys of the findings that have a cause in the change."""
    status = "outdated" if policy.strict else "unexplained"
    judged = [
        row if row.status != "fails" or row.finding.key in explained else row._replace(status=status, why=UNEXPLAINED)
        for row in verdict.judged
    ]
    return verdict._replace(judged=ranked(judged))


def without(verdict: ActionVerdict, spared: Mapping[str, str]) -> ActionVerdict:
    """Some failing findings, by their keys, fail nothing after all; the values say why."""
    judged = [
        row._replace(status="reported", why=spared[row.finding.key])
        if row.status == "fails" and row.finding.key in spared
        else row
        for row in verdict.judged
    ]
    return verdict._replace(judged=ranked(judged))


def exit_code(verdicts: Iterable[ActionVerdict], weakened: bool = False) -> int:
    """Drift outranks an outdated baseline, which outranks nothing at all. (Errors never get here.)

    `weakened` says that the change weakens what guards, where that is not to pass."""
    verdicts = tuple(verdicts)
    statuses = {row.status for verdict in verdicts for row in verdict.judged}
    if "fails" in statuses:
        return EXIT_DRIFT
    return EXIT_STALE if weakened or "outdated" in statuses or any(verdict.missing for verdict in verdicts) else EXIT_OK


def failure(finding: Finding, policy: Policy) -> str:
    """The rule that a finding breaks, in words; "" where it breaks none. Acceptances have no say here."""
    rare = finding.now is not None and finding.now.condition == RARELY
    if finding.kind == "newly_expensive" and not rare:
        return f"an op crossed the threshold of {policy.threshold:,} load units"
    was, now = finding.was, finding.now
    if finding.kind == "grown" and not rare and was is not None and now is not None and now.weight > policy.threshold:
        if entered_loop(was, now):
            return "an expensive op moved into a loop of unknown bound"
        if more_keys(was, now) and not guesses_objects(was, now):
            return "what is kept of an expensive op is made for each of something now"
        if now.weight >= GROWTH * was.weight:
            return f"an expensive op became at least {GROWTH:g} times as heavy"
        # a repeated start is cheaper than the first, so twice as often is not yet twice as heavy
        if runs_oftener(was, now):
            return f"an expensive op runs at least {GROWTH:g} times as often"
        if lost_guard(was, now):
            return f"an expensive op runs {now.condition}, where it ran {was.condition}"
        if lost_company(was, now):
            return "expensive ops wait one after the other, where they waited beside others"
        if came_onto_the_loop(was, now):
            return "an expensive op blocks the event loop, where it waited in a thread"
        if lost_cache(was, now):
            return "what was kept of an expensive op for the next run of the action is made in each now"
        if lost_batches(was, now):
            return "an expensive op runs for each one now, where it ran for a batch of several"
        if finding.connects:
            return "each round opens a connection now, where a session kept it"
        if finding.guard:
            return f"an expensive op runs also {finding.guard}"
        if finding.loop:
            return f"an expensive op runs more often on one of several ways to it: {finding.loop}"
    if finding.kind in policy.fail:
        return f"the configuration fails every finding of kind {finding.kind}"
    return ""


RARELY = "rarely"
"""The condition of what runs only where something goes wrong, or for debugging: it fails nothing by itself."""


def runs_oftener(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op runs at least twice as often as before."""
    return now.amplification >= GROWTH * was.amplification


def fault_of(acceptance: Acceptance, today: datetime.date) -> str:
    """Why an acceptance counts as none, in words; "" for a valid one."""
    return acceptance.fault or fault_in(acceptance.reason, acceptance.until, today)


def fault_in(reason: str, until: str, today: datetime.date) -> str:
    """What is wrong with what an acceptance says, wherever it stands; "" for nothing. The last day is still valid."""
    if not reason.strip():
        return "it has no reason"
    if not until:
        return ""
    try:
        last = datetime.date.fromisoformat(until)
    except ValueError:
        return f"its expiry date {until!r} is not a date like 2027-01-31"
    return f"it expired on {until}" if last < today else ""


def accepted_now(baseline: Baseline, current: Baseline, calls: Calls, today: datetime.date) -> dict[str, Acceptance]:
    """The current ops, by id, that a valid acceptance covers: the same op, less than twice as heavy as when accepted,
    and run less than twice as often.

    An accepted op is known again after a move like every other.
    """
    valid = {acceptance.op.id: acceptance for acceptance in baseline.accepted if not fault_of(acceptance, today)}
    rest = tuple(op for op in baseline.ops if op.id not in valid)
    pairs = match((*rest, *(acceptance.op for acceptance in valid.values())), current.ops, calls).pairs
    return {
        now.id: valid[was.id]
        for was, now in pairs
        if was.id in valid
        and now.weight < GROWTH * max(was.weight, 1)
        and (not _runs_more(was, now) or now.weight < was.weight)
    }


def _runs_more(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op runs oftener than when it was accepted, be it by a loop, by more keys, or by no company."""
    lost = any(lost(was, now) for lost in (lost_company, lost_cache, came_onto_the_loop, lost_batches))
    return entered_loop(was, now) or runs_oftener(was, now) or more_keys(was, now) or lost


Held = Mapping[str, Acceptance]
"""Acceptances by the id of the op that they cover now."""


def _all(baseline: Baseline, current: Baseline, calls: Calls, policy: Policy, found: Found) -> list[Finding]:
    findings = list(compare(baseline, current, calls, policy.threshold, found))
    if not any(finding.kind == "load_changed" for finding in findings) and policy.max_load is not None:
        # a budget holds also where nothing changed
        findings.append(Finding("load_changed", baseline.action, "", "", "", baseline.load, current.load))
    return findings


def _judge_one(finding: Finding, policy: Policy, held: Held) -> Judged:
    allowance = sum(acceptance.op.weight for acceptance in held.values())
    why = _over_budget(finding, policy, allowance) or failure(finding, policy)
    if not why:
        return Judged(finding, "reported", "")
    acceptance = held.get(finding.id) if finding.now is not None else None
    if acceptance is not None:
        until = f" until {acceptance.until}" if acceptance.until else ""
        return Judged(finding, "accepted", f"accepted{until}: {acceptance.reason}")
    return Judged(finding, "fails", why)


OVER_MAX_LOAD = "the load is over the budget max_load"


def _over_budget(finding: Finding, policy: Policy, allowance: int) -> str:
    if finding.kind != "load_changed" or finding.after is None:
        return ""
    if policy.max_load is not None and finding.after > policy.max_load:
        return f"{OVER_MAX_LOAD} = {policy.max_load:,} load units"
    before = (finding.before or 0) + allowance
    if policy.max_growth is not None and finding.after > before * (1 + policy.max_growth):
        return f"the load grew by more than the budget max_growth = {policy.max_growth:g}"
    return ""


Key = tuple[str, str, str]
"""What a finding is about: an op, or a kind with its place."""


def _worse(findings: Iterable[Finding], policy: Policy) -> set[Key]:
    """What a change itself made worse."""
    kinds = (*HEAVIER, "unresolved_grew", "mutation_new", *policy.fail)
    return {
        _key(finding)
        for finding in findings
        if finding.kind in kinds or (finding.kind == "load_changed" and (finding.after or 0) > (finding.before or 0))
    }


def _key(finding: Finding) -> Key:
    if finding.id:
        return ("op", finding.id, "")
    # where unresolved calls grew first is a matter of the side it is compared with
    return (finding.kind, "" if finding.kind == "unresolved_grew" else finding.function, finding.what)


def _blame(row: Judged, here: Collection[Key], why: str) -> Judged:
    if row.status != "fails" or _key(row.finding) in here:
        return row
    if row.finding.kind == "load_changed" and row.why.startswith(OVER_MAX_LOAD):
        why = f"{row.why}, and was so before this change"
    return row._replace(status="outdated", why=why)


def _note_new_acceptance(row: Judged, held: Held, base: Side) -> Judged:
    """An acceptance that the change itself wrote is something that a reviewer must see."""
    if row.status != "accepted" or (base.baseline is not None and held[row.finding.id] in base.baseline.accepted):
        return row
    return row._replace(status="accepted here", why=f"this change has it {row.why}")


def _all_of_base(base: Side, current: Baseline, calls: Calls, policy: Policy) -> list[Finding] | None:
    return None if base.baseline is None else list(compare(base.baseline, current, calls, policy.threshold, base.found))


def _accepted_here(
    changes: Iterable[Finding],
    judged: Iterable[Judged],
    policy: Policy,
    held_before: Held,
    against_old: list[Finding] | None,
) -> list[Judged]:
    """What this change made worse, and lets through by a baseline that it wrote itself.

    `against_old` are the differences to the baseline as it was (None: there was none): what passes there was let
    through earlier.
    """
    seen = {_key(row.finding) for row in judged if row.status != "reported"}
    failing_before = {
        _key(row.finding)
        for row in (_judge_one(finding, policy, held_before) for finding in against_old or ())
        if row.status == "fails"
    }
    return [
        Judged(finding, "accepted here", f"{why}; this change refreshed the baseline")
        for finding in changes
        if (why := failure(finding, policy))
        and _key(finding) not in seen
        and (against_old is None or _key(finding) in failing_before)
    ]


def _strict(row: Judged) -> Judged:
    if row.status == "reported" and row.finding.kind in STALE_KINDS:
        return row._replace(status="outdated", why="the baseline still holds what the code no longer does")
    return row
