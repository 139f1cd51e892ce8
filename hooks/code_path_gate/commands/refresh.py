"""The command `refresh`: the only writer of baselines. All is made before anything is written."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.config import ActionConfig, Config, find_action, load_config, require_actions
from code_path_audit.errors import AuditError, as_written
from code_path_audit.program.files import ALONE, How
from code_path_audit.sources.writing import require_plain_way
from code_path_gate.baseline.acceptances import FILE as ACCEPTED
from code_path_gate.baseline.acceptances import Accepted, format_acceptances, parse_acceptances, with_accepted
from code_path_gate.baseline.model import Acceptance, Baseline, BaselineOp
from code_path_gate.baseline.read import parse_baseline, rows_of, weights_of
from code_path_gate.baseline.write import MERGE_RULE, exclusive, format_baseline, replace_file
from code_path_gate.measuring.actions import NEVER, Actions, CostInputs
from code_path_gate.measuring.measured import Measured
from code_path_gate.settings import Settings, read_settings
from code_path_gate.states.state import baseline_path
from code_path_gate.states.worktree import Worktree, safe_path
from code_path_gate.verdict.drift import Calls, Finding, compare, entered_loop, match
from code_path_gate.verdict.policy import accepted_now, older_because

if TYPE_CHECKING:
    from code_path_audit.reports.figures import Told

UNUSABLE = frozenset(
    {
        "baseline-conflict", "baseline-truncated", "baseline-syntax", "baseline-older", "baseline-schema",
        "baseline-identity", "baseline-weight", "baseline-too-large",
    }
)  # fmt: skip
"""Errors of an old baseline that making it anew mends."""


HEAD_BYTES = 4_096
"""In so many at its beginning a baseline says its format as the first of its keys, also in the middle of a merge."""


class RefreshOptions(NamedTuple):
    """What to refresh: `actions` (all if empty), one op (`accept`, with `reason` and `until`), or improvements.

    `diff`: nothing is written; what would be is in the results.
    """

    actions: tuple[str, ...] = ()
    accept: str = ""
    reason: str = ""
    until: str = ""
    shrink_only: bool = False
    diff: bool = False


class Refreshed(NamedTuple):
    """One action's new baseline. `admitted` are the differences to the old one that count from now on.

    `first` says that there was none that could be read.
    """

    action: str
    path: str
    changed: bool
    baseline: Baseline
    admitted: tuple[Finding, ...]
    notes: tuple[str, ...]
    first: bool = False
    before: str = ""
    """The text of the file that is there."""
    calibrated: bool = False
    told_before: Told | None = None
    """The load of the old baseline, where there was one."""


def refresh(
    options: RefreshOptions,
    start: Path,
    today: datetime.date,
    how: Callable[[Config], How] = lambda config: ALONE,
    suspends: float = NEVER,
) -> tuple[Refreshed, ...]:
    """Makes the baselines that `options` ask for, and writes what changed. `start` is any folder of the project.

    `how` says how the work is done; results do not depend on it. A later check may go on from what took
    `suspends` steps to solve.
    """
    config = load_config(start)
    settings = read_settings(config)
    chosen = tuple(find_action(config, name) for name in options.actions) or require_actions(config)
    if options.accept:
        _check_acceptance(options, today)
    state = Worktree(config)
    work = how(config)
    actions = Actions(state, CostInputs(state, work.store), work, suspends=suspends)
    actions.measure(chosen)
    made = [_Fresh(action, actions.measured(action)) for action in chosen]
    if options.diff:
        held = parse_acceptances(state.accepted(settings.baselines), f"{settings.baselines}/{ACCEPTED}")
        return _all(options, made, config, settings, today, held)
    # two at once must not undo each other: what is there is read under the same lock that it is written under
    with exclusive(safe_path(config.root, settings.baselines, chosen[0].name).parent):
        held = parse_acceptances(state.accepted(settings.baselines), f"{settings.baselines}/{ACCEPTED}")
        results = _all(options, made, config, settings, today, held)
        for result in results:
            if result.changed:
                replace_file(config.root / result.path, format_baseline(result.baseline).encode("ascii"))
        _write_accepted(config.root / settings.baselines / ACCEPTED, results, held)
        _add_merge_rule(config.root / settings.baselines)
    return results


class _Fresh(NamedTuple):
    action: ActionConfig
    measured: Measured

    @property
    def current(self) -> Baseline:
        return self.measured.current


def _all(
    options: RefreshOptions,
    made: Iterable[_Fresh],
    config: Config,
    settings: Settings,
    today: datetime.date,
    held: Accepted,
) -> tuple[Refreshed, ...]:
    if options.accept:
        made = _with_op(options.accept, made)
    results = []
    for fresh in made:
        name = fresh.action.name
        path = baseline_path(settings.baselines, name)
        old, notes = _old(options, config, settings, name)
        old = None if old is None else with_accepted(old, held)
        if options.accept or options.shrink_only:
            old = _require_comparable(old, fresh.current, path)
        new = _new(options, old, fresh, today, held)
        before = old if old is not None else fresh.current._replace(ops=(), unresolved=(), mutations=())
        admitted = tuple(compare(before, new, fresh.measured.calls, fresh.measured.threshold))
        data = Worktree(config).baseline(settings.baselines, name) if not notes else None
        changed = data != format_baseline(new).encode("ascii")
        there = (data or b"").decode("utf-8", "replace")
        calibrated, was = fresh.measured.calibrated, None if old is None else old.told
        results.append(Refreshed(name, path, changed, new, admitted, notes, old is None, there, calibrated, was))
    return tuple(results)


def _old(
    options: RefreshOptions, config: Config, settings: Settings, name: str
) -> tuple[Baseline | None, tuple[str, ...]]:
    """The committed baseline; a damaged one counts as none where all of it is made anew."""
    path = baseline_path(settings.baselines, name)
    try:
        data = Worktree(config).baseline(settings.baselines, name)
        return (None if data is None else parse_baseline(data, path, name)), ()
    except AuditError as error:
        if error.slug not in UNUSABLE or options.accept or options.shrink_only:
            raise
        _require_own(config.root / path)
        return None, (f"the old baseline was of no use: {error}",)


def _require_own(file: Path) -> None:
    """AuditError `baseline-foreign` where what is there was no baseline, ever: nothing of it is for us to replace."""
    with file.open("rb") as data:
        head = data.read(HEAD_BYTES)
    # empty, or cut before its first key: what a crash of the machine leaves
    if head.strip(b"\0{ \t\r\n") and head[head.find(b'"') :][:8] != b'"format"':
        raise AuditError(
            "baseline-foreign",
            "what stands there is no baseline, and is left alone",
            where=str(file),
            todo="Move it, or name another folder for baselines: gate.baselines in the configuration.",
        )


def _require_comparable(old: Baseline | None, current: Baseline, path: str) -> Baseline:
    if old is None:
        raise AuditError(
            "refresh-no-baseline",
            "there is no baseline to change",
            where=path,
            todo=f"Make one first: code-path-gate refresh --action {current.action}",
        )
    older = older_because(old, current)
    if older:
        raise AuditError(
            "refresh-mixed",
            older,
            where=path,
            todo=f"Make it anew as a whole first: code-path-gate refresh --action {current.action}",
        )
    return old


def _new(
    options: RefreshOptions, old: Baseline | None, fresh: _Fresh, today: datetime.date, held: Accepted
) -> Baseline:
    if old is None:
        return with_accepted(fresh.current, held)
    if options.accept:
        return _accepting(old, fresh.current, options)
    if options.shrink_only:
        return shrunk(old, fresh.current, fresh.measured.calls, fresh.measured.threshold)
    new = renewed(old, fresh.current, fresh.measured.calls, today)
    return steady(old, new, fresh.measured.calls, fresh.measured.threshold)


def steady(old: Baseline, new: Baseline, calls: Calls, threshold: int) -> Baseline:
    """A new baseline in which nothing is other than before that is no finding: rows that say the same in other words
    would be read for nothing."""
    if older_because(old, new):
        return new
    findings = list(compare(old, new, calls, threshold))
    kinds = {finding.kind for finding in findings}
    differing = {finding.id for finding in findings if finding.id}
    pairs = match(old.ops, new.ops, calls).pairs
    kept = {pair.now.id: pair.was for pair in pairs if pair.was.id == pair.now.id and pair.was.runs}
    return new._replace(
        ops=tuple(op if op.id in differing else kept.get(op.id, op) for op in new.ops),
        unresolved=new.unresolved if "unresolved_grew" in kinds else old.unresolved,
        mutations=new.mutations if "mutation_new" in kinds else old.mutations,
    )


def renewed(old: Baseline, current: Baseline, calls: Calls, today: datetime.date) -> Baseline:
    """All that is there now. What a valid acceptance covers stays accepted and expires as agreed."""
    held = accepted_now(old, current, calls, today)
    known = {pair.now.id: pair.was for pair in match(old.ops, current.ops, calls).pairs}
    ops = [op for op in current.ops if op.id not in held]
    accepted = []
    for op in current.ops:
        if op.id in held:
            # the weights that were agreed to are what further growth is measured against
            accepted.append(held[op.id]._replace(op=_agreed(held[op.id].op, op, current)))
            if op.id in known:
                ops.append(_agreed(known[op.id], op, current))
    # what does not hold now is kept, too: whether it is still wanted is for people to say
    names = {acceptance.op.id for acceptance in accepted}
    others = [row for row in old.accepted if row.op.id not in names and row not in held.values()]
    return current._replace(ops=tuple(ops), accepted=(*accepted, *others))


def _agreed(row: BaselineOp, now: BaselineOp, current: Baseline) -> BaselineOp:
    """A row under the name that its op has now, weighed by the constants of now."""
    row = row._replace(id=now.id, function=now.function, ordinal=now.ordinal, body=now.body)
    for cost in rows_of(now, current.costs):
        for due, weight in zip(weights_of(now, cost), weights_of(row, cost), strict=True):
            if due == now.weight:
                return row._replace(weight=weight)
    raise AssertionError(f"the weight of {now.id} follows from no constants")


def shrunk(old: Baseline, current: Baseline, calls: Calls, threshold: int) -> Baseline:
    """What became lighter, fewer or gone; nothing that is new or heavier. A moved op keeps what it weighs."""
    ops = []
    for was, now in match(old.ops, current.ops, calls).pairs:
        heavier = now.weight > was.weight or (now.weight == was.weight and entered_loop(was, now))
        ops.append(_agreed(was, now, current) if heavier else now)
    before, after = old.unresolved_by_reason(), current.unresolved_by_reason()
    fewer = {reason for reason, count in after.items() if count <= before.get(reason, 0)}
    unresolved = [row for row in current.unresolved if row.reason in fewer]
    unresolved += [row for row in old.unresolved if row.reason not in fewer and row.reason in after]
    new = {
        (finding.function, finding.what)
        for finding in compare(old, current, calls, threshold)
        if finding.kind == "mutation_new"
    }
    mutations = [row for row in current.mutations if (row.function, f"{row.kind} {row.target}") not in new]
    return old._replace(ops=tuple(ops), unresolved=tuple(sorted(unresolved)), mutations=tuple(mutations))


def _accepting(old: Baseline, current: Baseline, options: RefreshOptions) -> Baseline:
    op = next(op for op in current.ops if op.id == options.accept)
    others = tuple(acceptance for acceptance in old.accepted if acceptance.op.id != op.id)
    return old._replace(accepted=(*others, Acceptance(op, options.reason, options.until)))


def _with_op(op_id: str, made: Iterable[_Fresh]) -> list[_Fresh]:
    made = list(made)
    found = [fresh for fresh in made if any(op.id == op_id for op in fresh.current.ops)]
    if not found:
        raise AuditError(
            "unknown-op",
            f"no op has the id {as_written(op_id)}",
            where=", ".join(fresh.action.name for fresh in made),
            todo="Take the id from the output of code-path-gate check; it changes with the function.",
        )
    return found


def _check_acceptance(options: RefreshOptions, today: datetime.date) -> None:
    if not options.reason.strip():
        raise AuditError("accept-reason", "an acceptance needs a reason", "--reason", "Say why the cost is worth it.")
    if not options.until:
        return
    try:
        until = datetime.date.fromisoformat(options.until)
        if until.isoformat() != options.until:
            raise ValueError
    except ValueError:
        raise AuditError(
            "accept-until", f"{options.until!r} is not a date", "--until", "Write it like 2027-01-31."
        ) from None
    if until < today:
        raise AuditError("accept-until", f"{options.until} is past", "--until", "Name a day to come.")


def _write_accepted(path: Path, results: Iterable[Refreshed], held: Accepted) -> None:
    """The file of acceptances, with those of other actions as they were; none where there is nothing to say."""
    if held.faults:
        return  # what cannot be read would be lost
    wanted = dict(held.by_action)
    wanted.update((result.action, result.baseline.accepted) for result in results)
    text = format_acceptances(wanted)
    if text != format_acceptances(held.by_action):
        replace_file(path, text.encode("ascii"))


def _add_merge_rule(folder: Path) -> None:
    """Makes git keep the rows of both branches where they add at one place; a file that is there stays as it is."""
    path = folder / ".gitattributes"
    require_plain_way(path)
    if not os.path.lexists(path):
        replace_file(path, MERGE_RULE.encode("ascii"))
