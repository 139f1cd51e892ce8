"""The command `check`: one state against its baselines, and what of the drift is this change's doing."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.config import ActionConfig, Config, find_action, require_actions
from code_path_audit.program.files import ALONE, Files, How
from code_path_gate.baseline.acceptances import FILE as ACCEPTED
from code_path_gate.baseline.acceptances import parse_acceptances
from code_path_gate.causes.files_of_change import FilesOfChange
from code_path_gate.causes.weakened import Guards, weakened
from code_path_gate.commands.one_action import (
    Alone,
    Sides,
    against_baseline,
    against_earlier_state,
    lost_sight,
    may_stop,
)
from code_path_gate.measuring.actions import NEVER, WORTH, Actions, CostInputs
from code_path_gate.measuring.affected import affected
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.measuring.measured import Asked, all_asked
from code_path_gate.settings import Settings, read_settings
from code_path_gate.states.comparison import CheckOptions, comparison
from code_path_gate.states.state import State, baseline_path
from code_path_gate.verdict.policy import exit_code
from code_path_gate.verdict.result import CheckResult, rows

if TYPE_CHECKING:
    from code_path_audit.sources.model import SkippedFile


class Basis(NamedTuple):
    """What the result of a check depends on, for whoever wants to know later whether it holds.

    `files` are those that it was made of, None where nobody can tell; `asked` is what they were asked; `lines` says
    that the result may name lines of any. `store` is the folder of the store, "" for none; `beside` are files on disk
    that are no source of the project, by their full paths.
    """

    config: Config
    store: str
    files: Files | None
    asked: Asked
    lines: bool
    beside: tuple[str, ...] = ()


class Checked(NamedTuple):
    """A result, and what it depends on."""

    result: CheckResult
    basis: Basis


def check(
    options: CheckOptions,
    start: Path,
    env: Mapping[str, str],
    today: datetime.date,
    how: Callable[[Config], How] = lambda config: ALONE,
) -> Checked:
    """Everything that is to be said of one state. `start` is any folder of the project, `env` what git may need.

    `how` says how the work is done, once the configuration is known; results do not depend on it.
    """
    compared = comparison(options, start, env)
    state, config = compared.state, compared.state.config
    settings = read_settings(config)
    chosen = tuple(find_action(config, name) for name in options.actions) or require_actions(config)

    work = how(config)
    in_ci = bool(env.get("CI"))
    now = Actions(state, CostInputs(state, work.store), work, in_ci, NEVER if in_ci else WORTH)
    earlier = Earlier(compared.before, compared.prefix, now)
    where = posixpath.join(state.prefix, settings.baselines, ACCEPTED)
    accepted = parse_acceptances(state.accepted(settings.baselines), where)
    beside = FilesOfChange(compared, now, earlier, settings.baselines)
    sides = Sides(now, earlier, options, settings, today, accepted, beside)

    touched = affected(compared, chosen, now, earlier, settings.baselines)
    now.measure(touched)
    alone = [against_baseline(action, sides) for action in touched]
    # what may stop a change is told of nothing but what was measured in this very state
    if now.measure_exactly([row.action for row in alone if row.baseline is None or may_stop(row, sides)]):
        alone = [against_baseline(action, sides) for action in touched]
    earlier.measure([row.action for row in alone if row.needs_before])
    results = tuple(against_earlier_state(row, sides) for row in alone)

    notes = (
        *compared.notes,
        *_of_skipped(now.skipped()),
        *earlier.notes,
        *_of_orphans(state, settings),
        *accepted.faults,
    )
    notes = (*notes, *of_widened(alone, earlier), *_of_resumed(now.resumed))
    strict = options.strict or settings.strict
    guards = Guards(config, settings, accepted)
    weaker = (
        *weakened(compared.state, guards, earlier, filter(None, (lost_sight(row, sides) for row in alone))),
        *beside.told(today),
    )
    if touched == chosen:
        notes = (*notes, *_of_dead_comments(now, chosen, today))
    result = CheckResult(
        state=state.name,
        against=compared.before.name if options.base and compared.before is not None else "",
        actions=results,
        rows=rows(results),
        untouched=tuple(action.name for action in chosen if action not in touched),
        notes=tuple(dict.fromkeys(notes)),
        exit_code=exit_code((result.verdict for result in results), strict and bool(weaker)),
        prefix=compared.prefix,
        weakened=weaker,
    )
    asked, lines = all_asked([now.asked(), earlier.asked()]), any(result.evidence for result in results)
    files = now.files if compared.is_of_all_on_disk else None
    return Checked(result, Basis(config, now.how.store.folder, files, asked, lines, beside.looked_at))


def _of_resumed(actions: Collection[str]) -> list[str]:
    """Actions of which is told what need not be to the letter what is found from nothing."""
    if not actions:
        return []
    from code_path_gate.formats.phrases import said_of

    return said_of([(name, RESUMED) for name in sorted(actions)])


RESUMED = "told by going on from the solution before the edit; a refresh, and a check with CI set, solve anew"


def _of_dead_comments(now: Actions, actions: Sequence[ActionConfig], today: datetime.date) -> list[str]:
    """Acceptances in the source that nothing runs through any more, of the files whose bytes are at hand."""
    from code_path_gate.causes.comments import MARK, dead, places
    from code_path_gate.verdict.evidence import Evidence

    source = {file.path: file.data for file in now.files.tree.files if MARK in file.data}
    if not source:
        return []
    passed: dict[str, set[int]] = {}
    for action in actions:
        seen = now.seen(action)
        for op in seen.measured.current.ops:
            for file, lines in places(Evidence(seen.path(op.id))).items():
                passed.setdefault(file, set()).update(lines)
    return [
        f"the acceptance at {placed.file}:{placed.comment.written} covers nothing: no path to an op runs through it"
        for placed in dead(source, passed, today)
    ]


def of_widened(rows: Iterable[Alone], earlier: Earlier | None = None) -> list[str]:
    """Where the analysis gave something up, on either side: what it says there may come and go with any edit."""
    notes = []
    for row in rows:
        old = earlier.measured(row.action) if earlier is not None and row.needs_before else None
        sides = [("", row.measured.widened), (" before the change", old.widened if old is not None else ())]
        for when, said in sides:
            if said:
                more = f" and {len(said) - 1} more" if len(said) > 1 else ""
                note = f"the analysis gave something up{when} ({min(said)}{more}); {WHAT_HELPS}"
                notes.append((row.action.name, note))
                break
    if not notes:
        return []
    from code_path_gate.formats.phrases import said_of  # a check that says nothing needs no words

    return said_of(notes)


WHAT_HELPS = "exclude vendored or generated code, write a library model, or narrow the entry points"
"""Against widening."""


def _of_skipped(skipped: Sequence[SkippedFile]) -> list[str]:
    if not skipped:
        return []
    first, count = skipped[0], len(skipped)
    files = "1 file was" if count == 1 else f"{count} files were"
    return [f"{files} not audited{', such as' if count > 1 else ':'} {first.path}: {first.reason}"]


def _of_orphans(state: State, settings: Settings) -> list[str]:
    """Baselines that nothing is held against, such as those of an action that was renamed."""
    names = {action.name for action in state.config.actions}
    return [
        f"{baseline_path(settings.baselines, name)} is the baseline of no action: delete it"
        for name in state.baselines(settings.baselines)
        if name not in names and not name.startswith(".")
    ]
