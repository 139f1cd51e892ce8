"""The steps of the decision over the evidence: which is taken, which is next, and when the answer is no. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from shlex import quote
from typing import NamedTuple

from code_path_audit.contingency.evidence import Approval, Bottleneck, Evidence, Package

LEAST_RUNS = 3
"""Recorded runs that count as evidence."""

NO = "no"
NEXT = "next"
DONE = "done"
WAITS = "waits"
NOT_ASKED = "not asked"


class Step(NamedTuple):
    """A step: its question, whether it is "done", "next", "waits" for one before it, or ended it all with "no", after
    which the others are "not asked"; and why."""

    question: str
    state: str
    why: str


QUESTIONS = (
    "Is it a bottleneck?",
    "Does an existing package solve it?",
    "Did a person approve?",
    "Is there a program?",
    "Is it faster, everything counted?",
)


def steps(evidence: Evidence, wanted: tuple[str, ...], least_share: float, today: date) -> tuple[Step, ...]:
    """All steps. `wanted` are the packages that are to be measured; a step whose evidence is missing is next, and those
    after it wait. `today` is that of whoever asks, by which nobody approved yet."""
    answers = (
        bottleneck(evidence.bottleneck, evidence.action, least_share),
        packages(evidence, wanted, least_share),
        approved(evidence.approval, today),
        (DONE, f"in {evidence.folder}") if evidence.folder else (NEXT, "--scaffold writes it"),
        faster(evidence),
    )
    found: list[Step] = []
    blocked = ""
    for question, (state, why) in zip(QUESTIONS, answers, strict=True):
        found.append(Step(question, blocked or state, "" if blocked else why))
        if not blocked and state != DONE:
            blocked = NOT_ASKED if state == NO else WAITS
    return tuple(found)


def bottleneck(row: Bottleneck | None, action: str, least_share: float) -> tuple[str, str]:
    """Step 1 of an action of that name."""
    todo = (
        f"code-path-audit record --action {quote(action)} -- COMMAND, with a command that runs the action eight times"
    )
    if row is None:
        return NEXT, f"no recording of the action shows what the operation takes of it: {todo}"
    if row.runs < LEAST_RUNS:
        runs = "run is" if row.runs == 1 else "runs are"
        return NEXT, (
            f"{row.runs} recorded {runs} surely known of, {LEAST_RUNS} are needed: {todo}, since a new recording takes "
            "the place of the last"
        )
    told = f"{row.share:.0%} of what the action's operations took, in at least {row.runs} runs"
    if row.share < least_share:
        return NO, f"{told}; {least_share:.0%} is asked for"
    return DONE, told


def packages(evidence: Evidence, wanted: tuple[str, ...], least_share: float) -> tuple[str, str]:
    """Step 2."""
    measured = {row.package for row in evidence.packages}
    missing = [name for name in wanted if name not in measured]
    if not wanted:
        return NEXT, "no alternative is known: add [[alternative]] tables to the file, and run it with --packages"
    if missing:
        return NEXT, f"not measured: {', '.join(missing)}; --packages does it"
    best = best_package(evidence.packages)
    if best is None:
        return DONE, "none of them could do it"
    told = f"{best.package} {best.version} is {best.baseline_ns / best.ns:.1f} times as fast"
    if evidence.bottleneck is not None:
        left = evidence.bottleneck.share * best.ns / best.baseline_ns
        leaves = f"it leaves {percent(left)} of what the action takes now"
        if left < least_share:
            return NO, f"{told}: {leaves}. Apply that"
        return DONE, f"{told}: {leaves}, and less than {percent(least_share)} is asked for"
    return DONE, told


def percent(share: float) -> str:
    """A share in words: "27%", below a tenth with one more digit."""
    return f"{share:.0%}" if share >= 0.1 or not round(share * 1000) % 10 else f"{share:.1%}"


def best_package(rows: tuple[Package, ...]) -> Package | None:
    """The fastest of those that were measured."""
    able = [row for row in rows if row.ns > 0]
    return max(able, key=lambda row: (row.baseline_ns / row.ns, row.package)) if able else None


def approved(row: Approval | None, today: date) -> tuple[str, str]:
    """Step 3. A person's today may be a day ahead of the clock's."""
    if row is None or not any(row):
        return NEXT, "a person types name, date and reason under [approval] in the file"
    missing = [name for name, value in zip(row._fields, row, strict=True) if not value.strip()]
    if missing:
        return NEXT, f"[approval] has no {' and no '.join(missing)}"
    try:
        day = date.fromisoformat(row.date)
    except ValueError:
        day = None
    if day is None or day.isoformat() != row.date:
        return NEXT, f"the date in [approval] is {row.date!r}, not YYYY-MM-DD"
    if day > today + timedelta(days=1):
        return (
            NEXT,
            f"the date in [approval] is {row.date}, and today is {today.isoformat()}: nobody can have approved yet",
        )
    return DONE, f"{row.name}, {row.date}: {row.reason}"


def faster(evidence: Evidence) -> tuple[str, str]:
    """Step 5."""
    row = evidence.benchmark
    if row is None:
        return NEXT, "once a person has written operation.c and baseline.py, --benchmark measures it"
    if row.source != evidence.source:
        return NEXT, "the program is not the one that was measured: --benchmark measures it"
    told = f"Python {row.python_ns / 1e6:.2f} ms, native {row.native_ns / 1e6:.2f} ms on {row.size:,} bytes"
    if row.native_ns < row.python_ns:
        return DONE, f"{told}: {row.python_ns / row.native_ns:.1f} times as fast"
    best = best_package(evidence.packages)
    instead = f"Try {best.package} next" if best is not None and best.ns < best.baseline_ns else "No package is faster"
    return NO, f"{told}. Throw it away. {instead}"


def verdict(found: tuple[Step, ...]) -> str:
    """What it comes to, in a word or two: the last answer."""
    for step in found:
        if step.state == NO:
            return f"no: {step.why}"
        if step.state != DONE:
            return f"not decided: {step.question} {step.why}"
    return f"yes: {found[-1].why}"
