"""What a change does to that which guards the project: told first, because no finding would tell it.

Actions, entry points, what counts as source, weights, hints, what fails, acceptances, how baselines merge, and code
that was followed and cannot be followed any more.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from code_path_audit.config import ActionConfig, Config
from code_path_audit.errors import AuditError
from code_path_gate.baseline.acceptances import ATTRIBUTES, Accepted
from code_path_gate.baseline.acceptances import FILE as ACCEPTED
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.settings import Settings, read_settings
from code_path_gate.states.state import State
from code_path_gate.verdict.drift import Finding


class Guards(NamedTuple):
    """What guards a project in one state."""

    config: Config
    settings: Settings
    accepted: Accepted


def weakened(state: State, now: Guards, earlier: Earlier, lost: Iterable[str]) -> tuple[str, ...]:
    """What the change weakens, in words, or might; () where nothing is known of the state before.

    `lost` is what it took out of sight, in words (`out_of_sight`).
    """
    if earlier.tracked is None:
        return ()
    found: list[str] = []
    if earlier.config is not None:
        found += _actions(earlier.config, now.config)
        found += _seen(earlier.config, now.config)
        found += _weighed(earlier.config, now.config)
        found += _policy(earlier.config, now)
    found += _acceptances(earlier.accepted(now.settings.baselines), now.accepted, now.settings.baselines)
    found += _files(state, now, earlier)
    found += _threshold(state, now.config, earlier)
    return (*found, *lost)


def _actions(before: Config, now: Config) -> Iterator[str]:
    names = {action.name: action for action in now.actions}
    for action in before.actions:
        other = names.get(action.name)
        if other is None:
            yield f"the action {action.name} is gone: nothing holds it any more"
            continue
        counted, counts = counts_imports(action), counts_imports(other)
        if counted is not False and counts is not True and action.imports is not other.imports:
            word = "is" if counted and counts is False else "may be"
            yield f"what imports cost {word} no part of the action {action.name} any more"
        gone = [entry for entry in action.entry_points if entry not in other.entry_points]
        if gone:
            yield f"the action {action.name} does not enter at {', '.join(gone)} any more"


def counts_imports(action: ActionConfig) -> bool | None:
    """Whether what imports cost is part of an action; None where nothing says so and an entry point may be a module."""
    may_be_module = any(":" not in entry for entry in action.entry_points)
    return None if action.imports is None and may_be_module else bool(action.imports)


def _seen(before: Config, now: Config) -> Iterator[str]:
    yield from (f"{root} is no source any more" for root in before.source if root not in now.source)
    yield from (f"{pattern} is excluded from the source" for pattern in now.exclude if pattern not in before.exclude)
    if now.max_depth is not None and (before.max_depth is None or now.max_depth < before.max_depth):
        yield f"calls are followed {now.max_depth} deep at most"


TOLD_APART = ("root", "file", "actions", "source", "exclude", "max_depth", "hints", "gate", "bottleneck_percent")
"""Fields of a configuration that have words of their own, or say where it is, or are none of the gate's."""

WORDS = {
    "model": "the cost model", "classes": "classes of work", "rules": "cost rules",
    "rule_files": "the files of cost rules", "observations": "the file of observations",
    "libraries": "the file of generated library models", "library_files": "the files of library models",
}  # fmt: skip
"""What the others are."""


def _weighed(before: Config, now: Config) -> Iterator[str]:
    for field in Config._fields:
        old, new = getattr(before, field), getattr(now, field)
        if field not in TOLD_APART and old != new:
            yield f"{WORDS.get(field, field)} changed: both sides are weighed by what is there now"
    hints = sorted(key for key in {*before.hints, *now.hints} if before.hints.get(key) != now.hints.get(key))
    if hints:
        yield f"hints changed: {', '.join(hints[:3])}{' and more' if len(hints) > 3 else ''}"


def _policy(before: Config, now: Guards) -> Iterator[str]:
    try:
        old = read_settings(before)
    except AuditError:
        return
    new = now.settings
    yield from (f"{kind} fails no change any more" for kind in old.fail if kind not in new.fail)
    if old.strict and not new.strict:
        yield "strict is off"
    if old.baselines != new.baselines:
        yield f"baselines are in {new.baselines} now, not in {old.baselines}"
    budgets = dict(new.budgets)
    for name, budget in old.budgets:
        other = budgets.get(name)
        for key, limit in budget._asdict().items():
            now_limit = getattr(other, key, None)
            if limit is not None and (now_limit is None or now_limit > limit):
                told = "gone" if now_limit is None else f"{now_limit:g}, it was {limit:g}"
                yield f"the budget {key} of {name} is {told}"


def _acceptances(before: Accepted, now: Accepted, folder: str) -> Iterator[str]:
    known = {(action, row) for action, rows in before.by_action.items() for row in rows}
    for action, rows in sorted(now.by_action.items()):
        for row in rows:
            if (action, row) not in known:
                until = f"until {row.until}" if row.until else "for ever"
                name = f"{row.op.callee} in {row.op.function}"
                yield f"{action}: {name} is accepted {until}: {row.reason} ({folder}/{ACCEPTED})"


def _files(state: State, now: Guards, earlier: Earlier) -> Iterator[str]:
    """Files that matter by what is in them."""
    assert earlier.tracked is not None
    read = state.read_file()
    config = now.config
    attributes = posixpath.join(now.settings.baselines, ATTRIBUTES)
    for path in dict.fromkeys((*config.files_that_count, config.observations, attributes)):
        try:
            data = read(config.root / path)
        except (AuditError, OSError):
            data = b""
        before = earlier.text(path)
        if data.decode("utf-8", "replace") == before or (path == attributes and not before):
            continue  # the first refresh of a project writes how its baselines merge
        yield f"{path} {('changed' if before else 'is new') if data else 'is gone'}"


def _threshold(state: State, now: Config, earlier: Earlier) -> Iterator[str]:
    """Whether an op may weigh more now before it is expensive."""
    before = earlier.config
    if before is None or (before.model == now.model and not now.model.endswith(".toml")):
        return
    from code_path_audit.costs.models import load_model

    try:
        old = load_model(before.model, read=lambda _: earlier.text(before.model).encode()).threshold
        new = load_model(now.named_model, read=state.read_file()).threshold
    except AuditError:
        return  # what cannot be read is told where it is needed
    if new > old:
        yield f"an op is expensive above {new:,} load units now; it was above {old:,}"


def out_of_sight(action: str, findings: Iterable[Finding]) -> str:
    """Where expensive ops are gone while more calls cannot be followed, and may be there still; "" where none are."""
    findings = tuple(findings)
    gone = [row for row in findings if row.kind == "gone" and (row.before or 0) > 0]
    grew = [row for row in findings if row.kind == "unresolved_grew"]
    if not gone or not grew:
        return ""
    calls = ", ".join(f"{(row.after or 0) - (row.before or 0)} more ({row.what})" for row in grew)
    heaviest = max(gone, key=lambda row: (row.before or 0, row.what))
    more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    return (
        f"{action}: {heaviest.what} in {heaviest.function}{more} cannot be seen any more, and neither "
        f"can what some calls lead to: {calls}"
    )


def out_of_source(beside: Iterable[str], gone: Iterable[str]) -> list[str]:
    """Files that were source, and are `gone` there; those that came `beside` the source may be the same."""
    names = {posixpath.basename(path): path for path in gone}
    return [
        f"{names[posixpath.basename(path)]} is no source any more: it is {path} now"
        for path in sorted(beside)
        if posixpath.basename(path) in names
    ]


IMPORTED = re.compile(rb"^[ \t\f]*(?:from\s+([\w.]+)\s+import\b|import\s+([\w., ]+))", re.MULTILINE)


def used_beside(changed: Iterable[tuple[str, bytes]], is_new_beside: Callable[[str], bool]) -> list[str]:
    """New files beside the source that changed files of the source import: nobody follows calls into them. `changed`
    are paths with what is in them, `is_new_beside` says of a path whether it is such a file."""
    found: dict[str, str] = {}
    for path, data in changed:
        for start, rest in IMPORTED.findall(data):
            names = [start] if start else [part.split()[0] for part in rest.split(b",") if part.split()]
            for name in names:
                module = name.decode().strip(".").replace(".", "/")
                for file in (f"{module}.py", f"{module}/__init__.py"):
                    if module and file not in found and is_new_beside(file):
                        found[file] = path
    return [f"{file} is new, and no source: {path} imports it" for file, path in sorted(found.items())]
