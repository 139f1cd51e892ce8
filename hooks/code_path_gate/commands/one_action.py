"""One action of a check: held against its own baseline alone, then with the state before, where that is needed."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.config import ActionConfig
from code_path_audit.errors import AuditError
from code_path_gate.baseline.acceptances import Accepted, with_accepted
from code_path_gate.baseline.model import Baseline
from code_path_gate.baseline.read import parse_baseline
from code_path_gate.causes.files_of_change import FilesOfChange
from code_path_gate.causes.weakened import out_of_sight
from code_path_gate.measuring.actions import Actions
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.measuring.measured import Measured
from code_path_gate.settings import Settings, read_settings
from code_path_gate.states.comparison import CheckOptions
from code_path_gate.states.state import baseline_path
from code_path_gate.verdict.drift import HEAVIER, NOTHING, compare, may_be_looped, with_bodies
from code_path_gate.verdict.evidence import Evidence
from code_path_gate.verdict.growth import may_lose_guard
from code_path_gate.verdict.policy import (
    ActionVerdict,
    Policy,
    Side,
    judge,
    judge_unknown,
    older_because,
    ranked,
    with_causes,
    without,
)
from code_path_gate.verdict.result import ActionResult

if TYPE_CHECKING:
    from code_path_gate.causes.change import Change
    from code_path_gate.causes.explain import Explaining
    from code_path_gate.measuring.seen import Seen


class Sides:
    """What every action of a check is judged by: the actions of the state that is checked and those before, what was
    asked for, and the day, on which acceptances may have ended."""

    def __init__(
        self,
        now: Actions,
        earlier: Earlier,
        options: CheckOptions,
        settings: Settings,
        today: datetime.date,
        accepted: Accepted,
        files: FilesOfChange,
    ) -> None:
        self.now, self.earlier, self.options = now, earlier, options
        self.settings, self.today, self.accepted = settings, today, accepted
        self.files = files
        self._change: Change | None = None

    def change(self, head: Seen, base: Seen) -> Change:
        """The change from one state to the other, the same for every action: each of its files is read once."""
        if self._change is None:
            from code_path_gate.causes.explain import change_between

            self._change = change_between(head, base)
        return self._change


class Alone(NamedTuple):
    """An action against its own baseline alone; None where it has none. `shown` is the path of the baseline's file.

    `needs_before` says that the verdict depends on what the action was before the change.
    """

    action: ActionConfig
    shown: str
    baseline: Baseline | None
    measured: Measured
    policy: Policy
    verdict: ActionVerdict
    needs_before: bool


def against_baseline(action: ActionConfig, sides: Sides) -> Alone:
    """An action against its own baseline."""
    now, settings = sides.now, sides.settings
    shown = posixpath.join(now.state.prefix, baseline_path(settings.baselines, action.name))
    data = now.state.baseline(settings.baselines, action.name)
    baseline = None if data is None else with_accepted(parse_baseline(data, shown, action.name), sides.accepted)
    measured = now.measured(action)
    policy = settings.policy(action.name, measured.threshold, sides.options.strict)
    if baseline is None:
        return Alone(action, shown, None, measured, policy, judge_unknown(measured.current, policy), False)
    verdict = judge(baseline, measured.current, measured.calls, policy, sides.today)
    row = Alone(action, shown, baseline, measured, policy, verdict, False)
    return row._replace(needs_before=_needs_before(row, data, sides))


def may_stop(row: Alone, sides: Sides) -> bool:
    """Whether what an action was before the change may make something of it a failure."""
    if any(judged.status not in ("reported", "accepted") for judged in row.verdict.judged):
        return True
    if any(may_be_looped(judged.finding, row.policy.threshold) for judged in row.verdict.judged):
        return True
    # how many conditions there are no baseline says
    return any(may_lose_guard(op, row.policy.threshold) for op in row.measured.current.ops) and sides.files.loosened


def _needs_before(row: Alone, data: bytes | None, sides: Sides) -> bool:
    action = row.action
    if sides.earlier.tracked is None:
        return False
    if may_stop(row, sides) or _out_of_sight(row):
        return True
    folder = sides.settings.baselines
    if not sides.options.base:
        return False
    return sides.earlier.data(folder, action.name) != data or _accepted_otherwise(action, sides)


def _out_of_sight(row: Alone) -> str:
    return out_of_sight(row.action.name, (judged.finding for judged in row.verdict.judged))


def lost_sight(row: Alone, sides: Sides) -> str:
    """What the change took out of sight, in words: held against the state before, since a baseline may be older."""
    told = _out_of_sight(row)
    old = sides.earlier.measured(row.action) if told else None
    if old is None:
        return told
    measured = row.measured
    return out_of_sight(row.action.name, compare(old.current, measured.current, measured.calls, row.policy.threshold))


def _accepted_otherwise(action: ActionConfig, sides: Sides) -> bool:
    before = sides.earlier.accepted(sides.settings.baselines).by_action
    return before.get(action.name) != sides.accepted.by_action.get(action.name)


def against_earlier_state(row: Alone, sides: Sides) -> ActionResult:
    """What is to be said of an action: with the state before, where that is needed, and with evidence."""
    found = _against_earlier_state(row, sides)
    if not any(judged.status == "fails" for judged in found.verdict.judged):
        return found
    from code_path_gate.verdict.merged import after_merge

    merged, origin = sides.earlier.merged(sides.settings.baselines, row.action.name)
    measured = row.measured
    return found._replace(
        verdict=after_merge(found.verdict, measured.current, measured.calls, row.policy, merged, origin, sides.today)
    )


def _against_earlier_state(row: Alone, sides: Sides) -> ActionResult:
    action, baseline, verdict, earlier = row.action, row.baseline, row.verdict, sides.earlier
    if baseline is None:
        return ActionResult(verdict, {}, row.shown, row.measured.calibrated, row.measured.threshold)
    current = row.measured.current
    old = earlier.measured(action) if row.needs_before else None
    if old is not None:
        baseline = with_bodies(baseline, old.current)
    # where nothing changed since, the state is held against the baseline alone: there is no change that could fail
    older = older_because(baseline, current)
    by = _explaining(row, old, sides)
    is_change = by is not None and (by.setting is not None or (by.change is not None and bool(by.change.changed)))
    if earlier.tracked is not None and (sides.options.base or older or earlier.reweighed or is_change):
        nothing = current._replace(ops=(), unresolved=(), mutations=())
        # where nothing asks for a trace of the state before, no finding is in question
        traced_before = (old.current if old else nothing) if row.needs_before else current
        committed = earlier.baseline(sides.settings.baselines, action.name)
        found = by.found if by is not None else NOTHING
        side = Side(committed, traced_before, earlier.reweighed, _rebudgeted(sides), found)
        verdict = judge(baseline, current, row.measured.calls, row.policy, sides.today, side)
    if by is None:
        return ActionResult(verdict, {}, row.shown, row.measured.calibrated, row.measured.threshold)
    evidence = _evidence(verdict, by)
    if is_change and by.base is not None:
        verdict = with_causes(verdict, {key for key, found in evidence.items() if found.cause is not None}, row.policy)
        verdict = without(verdict, _not_felt(verdict, evidence, by, row.policy))
    verdict = _accepted_by_comments(verdict, evidence, by, sides)
    return ActionResult(verdict, evidence, row.shown, row.measured.calibrated, row.measured.threshold)


def _rebudgeted(sides: Sides) -> bool:
    """Whether the change touches budgets."""
    config = sides.earlier.config
    try:
        return config is not None and read_settings(config).budgets != sides.settings.budgets
    except AuditError:
        return False


def _explaining(row: Alone, old: Measured | None, sides: Sides) -> Explaining | None:
    """What explains the findings: from what was measured, with the lines of the programs as they are."""
    loosened = old is not None and sides.files.loosened
    if not row.verdict.judged and not loosened:
        return None
    from code_path_gate.causes.explain import explaining
    from code_path_gate.causes.settings import changed_setting

    before = None if old is None else sides.earlier.seen(row.action)
    head = sides.now.seen(row.action)
    if before is None:
        return explaining(head, None)
    setting = changed_setting(row.action, sides.now.state, sides.earlier)
    return explaining(head, before, setting, sides.change(head, before), loosened)


def _evidence(verdict: ActionVerdict, by: Explaining) -> dict[str, Evidence]:
    """The paths of all findings about ops, and the causes of those that fail, or would."""
    from code_path_gate.causes.explain import explain

    asked = ("fails", "accepted here", "outdated", "accepted")
    # what fails nothing by itself may still be part of what a cause costs
    kinds = HEAVIER if any(row.status == "fails" for row in verdict.judged) else ()
    # an op that moved and grew has two findings of one key
    wanted = {row.finding.key for row in verdict.judged if row.status in asked or row.finding.kind in kinds}
    return {
        judged.finding.key: explain(judged.finding, by, judged.finding.key in wanted)
        for judged in reversed(verdict.judged)
        if judged.finding.id or judged.finding.key in wanted
    }


def _accepted_by_comments(
    verdict: ActionVerdict, evidence: Mapping[str, Evidence], by: Explaining, sides: Sides
) -> ActionVerdict:
    """What a comment in the source lets through; where the change wrote it, a reviewer must see it."""
    from code_path_gate.causes.comments import covering

    judged, notes = [], list(verdict.notes)
    for row in verdict.judged:
        found = None
        if row.status in ("fails", "outdated", "unexplained") and row.finding.id:
            found = covering(evidence.get(row.finding.key, Evidence()), by.head.source, sides.today)
        if found is None:
            judged.append(row)
            continue
        comment, place = found.comment, f"{found.file}:{found.comment.written}"
        if comment.fault:
            notes.append(f"the acceptance at {place} counts as none: {comment.fault}")
            judged.append(row)
            continue
        until = f" until {comment.until}" if comment.until else ""
        new = by.change is not None and comment.written in by.change.added(found.file)
        said = f"accepted{until}: {comment.reason} ({place})"
        status, why = ("accepted here", f"this change has it {said}") if new else ("accepted", said)
        judged.append(row._replace(status=status, why=why))
    return verdict._replace(judged=ranked(judged), notes=tuple(dict.fromkeys(notes)))


def _not_felt(
    verdict: ActionVerdict, evidence: Mapping[str, Evidence], by: Explaining, policy: Policy
) -> dict[str, str]:
    """Which failing findings nobody would stop a change for, and why; what the configuration asks for stays."""
    from code_path_gate.causes.felt import Blamed, not_felt

    if by.sides is None or not any(row.status == "fails" for row in verdict.judged):
        return {}
    causes = {key: found.cause for key, found in evidence.items()}
    blamed = [
        Blamed(row.finding, cause) for row in verdict.judged if (cause := causes.get(row.finding.key)) is not None
    ]
    found = not_felt([row for row in blamed if row.finding.id], by.sides, policy.threshold)
    return {
        row.finding.key: found[row.finding.key]
        for row in verdict.judged
        if row.status == "fails" and row.finding.key in found and row.finding.kind not in policy.fail
    }
