"""Trials of the gate on what teams do: each row an edit by hand of a real package, checked as a hook and as CI do.

    python -m benchmarks.gate_trials_team [--every 1] [--cache DIR]

A row is checked twice, with what it changed in git's index (`--staged`), and committed on a branch (`--base main`).
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.gate_trials import CLASSES, PACKAGES, fetch
from benchmarks.gate_trials_situations import HARMLESS, OTHER, REGRESSIONS, Edits
from benchmarks.repositories import git
from code_path_audit.errors import AuditError
from code_path_gate.commands.check import check
from code_path_gate.commands.dispatch import rendered
from code_path_gate.commands.refresh import RefreshOptions, refresh
from code_path_gate.formats.text import SCREEN
from code_path_gate.states.comparison import CheckOptions
from code_path_gate.verdict.evidence import Evidence

DAY = datetime.date(2026, 1, 1)
CONFIG = '[tool.code-path-audit]\nsource = ["."]\n{classes}\n{actions}'
ACTION = '[tool.code-path-audit.actions.generate]\nentry_points = ["cookiecutter.main:cookiecutter"]\n'


class Trial(NamedTuple):
    """One row, checked in one way. `said` is what the gate said, `good` whether that is right."""

    name: str
    way: str
    good: bool
    said: str


def prepare(root: Path, files: dict[str, str]) -> None:
    """The package in a repository, with its baseline, committed on main."""
    classes = "\n".join(
        f"[tool.code-path-audit.classes.{name}]\n" + "\n".join(f"{key} = {value}" for key, value in table.items())
        for name, table in CLASSES.items()
    )
    for path, text in {**files, "pyproject.toml": CONFIG.format(classes=classes, actions=ACTION)}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    git(root, "init", "-q", "-b", "main")
    refresh(RefreshOptions(), root, DAY)
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "first")


def apply(root: Path, edits: Edits) -> None:
    """(path, old, new): a text replaced, everywhere in the file; old "" appends, new None deletes the file."""
    for path, old, new in edits:
        file = root / path
        if new is None:
            file.unlink()
        elif old:
            text = file.read_text("utf-8")
            if old not in text:
                raise ValueError(f"{path} does not hold {old!r}")
            file.write_text(text.replace(old, new), "utf-8")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as out:
                out.write(new)


def answer(root: Path, options: CheckOptions) -> tuple[int, set[tuple[str, str]], set[str], str]:
    """Exit code; callee and function of each failing op whose changed edge is named; all kinds; the text."""
    try:
        result = check(options, root, os.environ, DAY).result
    except AuditError as error:
        return error.exit_code, set(), set(), f"[{error.slug}] {error}"
    rows = [(action, row) for action in result.actions for row in action.verdict.judged]
    failing = {
        (row.finding.what, row.finding.function)
        for action, row in rows
        if row.status == "fails" and action.evidence.get(row.finding.key, Evidence()).cause is not None
    }
    return result.exit_code, failing, {row.finding.kind for _, row in rows}, rendered(result, "text", False)


def trials(root: Path, every: int) -> Iterator[Trial]:
    """Every `every`th row of each table, in both ways."""
    rows = [
        *((name, edits, 0, "") for name, edits in list(HARMLESS.items())[::every]),
        *((name, edits, 1, op) for name, (edits, op) in list(REGRESSIONS.items())[::every]),
        *((name, edits, code, said) for name, (edits, code, said) in list(OTHER.items())[::every]),
    ]
    for name, edits, code, wanted in rows:
        apply(root, edits)
        git(root, "add", "--all")
        staged = answer(root, CheckOptions(staged=True))
        git(root, "switch", "-q", "-c", "branch")
        git(root, "commit", "-q", "--no-verify", "-m", name)
        based = answer(root, CheckOptions(base="main"))
        for way, (found, failing, kinds, text) in (("--staged", staged), ("--base", based)):
            good = found == code and len(text.splitlines()) <= SCREEN
            if name in HARMLESS:
                good = good and kinds <= {"moved", "gone", "shrunk", "load_changed", "mutation_new"}
            elif name in REGRESSIONS:
                callee, _, function = wanted.partition(" in ")
                good = good and (callee, function) in failing
            else:
                good = good and wanted in text
            yield Trial(name, way, good, text)
        git(root, "switch", "-q", "main")
        git(root, "branch", "-q", "-D", "branch")


def run(cache: Path, every: int = 1) -> Iterator[Trial]:
    """All trials, in a repository that is made for them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        prepare(root, fetch(PACKAGES[0], cache))
        yield from trials(root, every)


def main() -> int:
    """Runs the trials, and shows those that went wrong; 1 where one did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "code-path-audit-trials")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    done = []
    for trial in run(options.cache, options.every):
        done.append(trial)
        if not trial.good:
            print(f"WRONG {trial.name} ({trial.way}):\n{trial.said}", flush=True)
    for title, table in (
        ("harmless", HARMLESS),
        ("regressions", REGRESSIONS),
        ("other", OTHER),
    ):
        rows = [trial for trial in done if trial.name in table]
        print(f"{title}: {sum(trial.good for trial in rows)} of {len(rows)} right")
    return 0 if all(trial.good for trial in done) else 1


if __name__ == "__main__":
    sys.exit(main())
