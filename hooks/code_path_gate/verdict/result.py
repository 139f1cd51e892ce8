"""What one check found, as plain values: the only thing that the output formats know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from code_path_gate.verdict.evidence import Evidence
from code_path_gate.verdict.policy import ActionVerdict, Judged


class ActionResult(NamedTuple):
    """One action that was traced; `evidence` by the keys of its findings. `baseline` is the path of its file from the
    repository's top. `calibrated` says that its loads are nanoseconds;
    `threshold`, in load units, is where an op becomes expensive."""

    verdict: ActionVerdict
    evidence: Mapping[str, Evidence]
    baseline: str
    calibrated: bool = False
    threshold: int = 0


class Row(NamedTuple):
    """One finding with all that explains it, as the formats take them. `load` is that of the action as it is
    told, now."""

    action: str
    judged: Judged
    evidence: Evidence
    baseline: str
    load: int = 0
    calibrated: bool = False


class CheckResult(NamedTuple):
    """All of a check. `state` says what was checked, `against` what it was compared with besides the baselines.

    `rows` are the findings of all `actions`, the heaviest first. `untouched` names the actions that the change cannot
    affect. `prefix` is the project root, relative to the repository's top, with a "/" at its end ("" where they are
    one): paths in evidence are relative to the project root. `weakened` is what the change does to
    that which guards the project, in words.
    """

    state: str
    against: str
    actions: tuple[ActionResult, ...]
    rows: tuple[Row, ...]
    untouched: tuple[str, ...]
    notes: tuple[str, ...]
    exit_code: int
    prefix: str = ""
    weakened: tuple[str, ...] = ()

    def of(self, *statuses: str) -> tuple[Row, ...]:
        """The findings of some statuses, the heaviest first."""
        return tuple(row for row in self.rows if row.judged.status in statuses)

    def threshold_of(self, action: str) -> int:
        """The threshold that an action is held to, in load units."""
        return next(found.threshold for found in self.actions if found.verdict.action == action)


def rows(actions: Iterable[ActionResult]) -> tuple[Row, ...]:
    """All findings of some actions, the heaviest first."""
    found = [
        Row(
            action.verdict.action,
            judged,
            action.evidence.get(judged.finding.key, Evidence()),
            action.baseline,
            action.verdict.told.load,
            action.calibrated,
        )
        for action in actions
        for judged in action.verdict.judged
    ]
    return tuple(sorted(found, key=_heaviest))


def _heaviest(row: Row) -> tuple[bool, int, str, str, str, str]:
    finding = row.judged.finding
    # a budget says nothing about one op: after those that do
    return (not finding.id, -(finding.after or 0), row.action, finding.kind, finding.function, finding.what)
