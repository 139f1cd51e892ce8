"""Trials of the gate on packages that nobody here wrote: harmless edits must pass, regressions must fail.

    python -m benchmarks.gate_trials [--harmless 210] [--regressions 130] [--seed 1] [--others] [--model NAME]
        [--cache DIR] [--write FILE]

Downloads pinned releases with pip, once. Everything is seeded: the same command gives the same edits.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle, pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.gate_trials_edits import ADDED, HARMLESS, Edit, Edited, Place, module_of, regression
from code_path_audit.config import ActionConfig, Config
from code_path_audit.errors import AuditError
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program.link import link
from code_path_audit.sources.model import SourceFile
from code_path_audit.sources.worktree import content_key, discover
from code_path_gate.causes.explain import Explaining, explain, explaining
from code_path_gate.causes.felt import Blamed, not_felt
from code_path_gate.causes.lines import Hunk
from code_path_gate.measuring import engine
from code_path_gate.measuring.seen import Seen
from code_path_gate.verdict.drift import Finding, compare
from code_path_gate.verdict.evidence import Cause
from code_path_gate.verdict.policy import Policy, failure


class Package(NamedTuple):
    """A pinned release, the action that is guarded in it, and the cost model that weighs it, "" for `CLASSES`."""

    release: str
    folder: str
    entry: str
    model: str = ""


PACKAGES = (
    Package("cookiecutter==2.6.0", "cookiecutter", "cookiecutter.main:cookiecutter"),
    Package("httpie==3.2.4", "httpie", "httpie.core:main"),
    Package("jrnl==4.2", "jrnl", "jrnl.main:run"),
)

OTHERS = (
    Package("pelican==4.11.0", "pelican", "pelican:main"),
    Package("invoke==2.2.0", "invoke", "invoke.program:Program.run"),
    Package("twine==6.1.0", "twine", "twine.commands.upload:main"),
)
"""Packages that the gate was not made with."""

CLASSES: Mapping[str, Mapping[str, Any]] = {
    "ast_parse": {"base": 95_000, "per_unit": 230, "assumed_size": 1_000, "warm_base": 20_000},
    "deep_copy": {"base": 35_000, "per_unit": 320, "assumed_size": 50, "warm_base": 10_000},
    "file_io": {"base": 97_000, "per_unit": 0.3, "assumed_size": 4_000},
    "json_io": {"base": 12_000, "per_unit": 190, "assumed_size": 50, "warm_base": 5_000},
    "network": {"base": 1_000_000, "per_unit": 1, "assumed_size": 4_000},
    "pickle": {"base": 18_000, "per_unit": 80, "assumed_size": 50, "warm_base": 5_000},
}
"""Weights of the magnitude that measurement gives, so that the trials do not change with a shipped model."""


class Subject(NamedTuple):
    """A package as it was released, traced."""

    package: Package
    files: dict[str, str]
    seen: Seen
    places: list[Place]
    entry: str


class Row(NamedTuple):
    """One trial. `said` is what the gate said, `good` whether that is right; `spared` that it was found, and told as
    nothing that a change should be stopped for."""

    package: str
    kind: str
    what: str
    good: bool
    said: str
    spared: bool = False


KNOWN: dict[tuple[str, str, bool], ModuleFacts] = {}
"""Facts by content and module: an edit changes one file of many."""


def trace(files: Mapping[str, str], package: Package) -> Seen:
    """A trace of files as the gate makes it."""
    modules = []
    for path, text in sorted(files.items()):
        data = text.encode()
        row = SourceFile(path, module_of(path), path.endswith("__init__.py"), content_key(data), data)
        key = (row.key, row.module, row.is_package)
        if key not in KNOWN:
            KNOWN[key] = extract_module(data, row.module, row.is_package)
        modules.append((KNOWN[key], path))
    action = ActionConfig("trial", (package.entry,))
    config = Config(root=Path(), source=(".",), actions=(action,), model="heuristic", classes=CLASSES)
    if package.model:
        config = config._replace(model=package.model, classes={})
    program = link(modules)
    measured = engine.trace(program, action, config, lambda path: None)
    return Seen(measured, program, {path: text.encode() for path, text in files.items()})


def fetch(package: Package, cache: Path) -> dict[str, str]:
    """The Python files of a release, by path; downloaded once."""
    target = cache / package.release
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*command, "--dest", folder, package.release], check=True)
            (wheel,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(target)
    return {file.path: file.data.decode() for file in discover(target, (package.folder,)).files}


def subject(package: Package, cache: Path) -> Subject:
    """A package, ready for trials; places are the functions of its own that the action reaches."""
    files = fetch(package, cache)
    seen = trace(files, package)
    program = seen.program
    places = [
        Place(name, program.path(name), program.line(name))
        for name in sorted(seen.measured.calls)
        if program.facts(name).kind == "function" and "#" not in name
    ]
    return Subject(package, files, seen, places, program.path(seen.measured.paths.entries[0]))


def findings(base: Seen, now: Seen) -> list[Finding]:
    """All drift."""
    after = now.measured
    return list(compare(base.measured.current, after.current, after.calls, after.threshold))


def try_harmless(one: Subject, kind: str, edited: Edited) -> Row:
    """Good: nothing fails. What is reported all the same is said."""
    now = trace(edited.files, one.package)
    by, policy = explaining(now, one.seen), Policy(now.measured.threshold)
    told = findings(one.seen, now)
    breaking = [row for row in told if failure(row, policy) and explain(row, by).cause is not None]
    small = spared(breaking, by, policy)
    wrong = [row for row in breaking if row.key not in small]
    said = "; ".join(
        f"{row.kind} {row.function} {row.what} {row.before}->{row.after} {row.note}".strip()
        for row in told
        if row.kind not in ("moved", "gone", "shrunk", "load_changed")
    )
    return Row(one.package.folder, kind, edited.what, not wrong, said)


def try_regression(one: Subject, kind: str, edited: Edited) -> Row:
    """Good: it fails, for the op that was added, with a path of edges that are there, from the entry to the op."""
    base = one.seen if edited.before is None else trace(edited.before, one.package)
    now = trace(edited.files, one.package)
    after = now.measured
    policy = Policy(after.threshold)
    failing = [row for row in findings(base, now) if failure(row, policy)]
    right = [row for row in failing if row.what == edited.callee and row.function == edited.function]
    if not right:
        return Row(one.package.folder, kind, edited.what, False, f"failing: {[(r.function, r.what) for r in failing]}")
    by = explaining(now, base)
    evidence = explain(right[0], by)
    names = [step.function for step in evidence.path]
    edges = {(caller, callee) for caller, callees in after.calls.items() for callee in callees}
    true = names[0] in after.paths.entries and names[-1] == edited.function and set(pairwise(names)) <= edges
    cause = evidence.cause
    named = cause is not None and by.change is not None and is_inside(cause, by.change.file(cause.file).hunks)
    said = "" if true and named else f"path {names}, cause {cause}"
    why = spared(failing, by, policy).get(right[0].key, "") if true and named else ""
    return Row(one.package.folder, kind, edited.what, true and named and not why, why or said, bool(why))


def is_inside(cause: Cause, hunks: Iterable[Hunk]) -> bool:
    """Whether a cause is at a line that differs; of what is gone, where lines went."""
    if cause.change == "taken away":
        return any(hunk.before[0] < hunk.before[1] and abs(hunk.after[0] + 1 - cause.line) <= 1 for hunk in hunks)
    return any(hunk.after[0] < cause.line <= hunk.after[1] for hunk in hunks)


def spared(findings: Iterable[Finding], by: Explaining, policy: Policy) -> dict[str, str]:
    """What breaks a rule and is told only, by the keys of the findings, with the reason."""
    causes = [(row, explain(row, by).cause) for row in findings if row.id]
    blamed = [Blamed(row, cause) for row, cause in causes if cause is not None]
    return not_felt(blamed, by.sides, policy.threshold) if by.sides is not None else {}


NAMED = ("function renamed", "module renamed", "file split")
"""Edits that would need another entry point in the configuration, where they hit the module of the entry point."""


def rows_of(subjects: list[Subject], edits: Mapping[str, Edit], count: int, seed: int, harmless: bool) -> Iterator[Row]:
    """`count` trials, kinds and packages in turn; a place that an edit does not fit is not counted."""
    random = Random(seed)
    # the two lengths have no common divisor, so that every kind meets every package
    turns = zip(cycle(subjects), cycle(edits), strict=False)
    made, refused = 0, 0
    while made < count and refused < 100 * count:
        one, kind = next(turns)
        places = [place for place in one.places if kind not in NAMED or place.path != one.entry]
        for _ in range(30):
            edited = edits[kind](one.files, random, places)
            if edited is not None:
                break
        if edited is None:
            refused += 1
            continue
        made += 1
        try:
            yield try_harmless(one, kind, edited) if harmless else try_regression(one, kind, edited)
        except AuditError as error:
            yield Row(one.package.folder, kind, edited.what, False, str(error))


def run(
    packages: tuple[Package, ...], cache: Path, harmless: int, regressions: int, seed: int
) -> tuple[list[Row], list[Row]]:
    """All trials: harmless ones, and regressions."""
    subjects = [subject(package, cache) for package in packages]
    made = {kind: regression(added) for kind, added in ADDED.items()}
    return (
        list(rows_of(subjects, HARMLESS, harmless, seed, True)),
        list(rows_of(subjects, made, regressions, seed, False)),
    )


def document(packages: tuple[Package, ...], harmless: list[Row], regressions: list[Row], seed: int) -> str:
    """A section of docs/gate-trials.md."""
    parts = [f"Seed {seed}, on {', '.join(package.release for package in packages)}.\n"]
    for title, rows, bad in (
        ("Harmless edits", harmless, "false alarm"),
        ("Regressions", regressions, "miss"),
    ):
        good, told_only = sum(row.good for row in rows), sum(row.spared for row in rows)
        wrong_ones = len(rows) - good - told_only
        parts.append(f"\n### {title}\n\n{good} of {len(rows)} right: {wrong_ones} {bad}(s).\n\n")
        parts.append("| kind | trials | right |\n|---|---|---|\n")
        kinds = Counter(row.kind for row in rows)
        for kind, count in kinds.items():
            right = sum(row.good for row in rows if row.kind == kind)
            parts.append(f"| {kind} | {count} | {right} |\n")
        told = Counter(row.said.partition(",")[0].partition(" which ")[0] for row in rows if row.spared)
        if told:
            parts.append(f"\n{sum(told.values())} of the others were told with their cause, and failed nothing:\n\n")
            parts += [f"- {count}: {why}\n" for why, count in told.most_common()]
        quiet = [row for row in rows if row.good and row.said]
        if quiet:
            parts.append(f"\n{len(quiet)} of the right ones were reported as something, without a failure.\n")
        wrong = [row for row in rows if not row.good and not row.spared]
        if wrong:
            parts.append(f"\nEach {bad}:\n\n")
            parts += [
                f"- {row.package}, {row.kind}: {row.what}. Said: `{row.said[:300].replace('`', '')}`\n" for row in wrong
            ]
    return "".join(parts)


def main() -> int:
    """Runs the trials; 1 where a regression was missed or a harmless edit failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--harmless", type=int, default=210)
    parser.add_argument("--regressions", type=int, default=130)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "code-path-audit-trials")
    parser.add_argument("--others", action="store_true", help="on packages that the gate was not made with")
    parser.add_argument("--model", default="", help="a shipped cost model, instead of the weights of this script")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    packages = tuple(row._replace(model=options.model) for row in (OTHERS if options.others else PACKAGES))
    harmless, regressions = run(packages, options.cache, options.harmless, options.regressions, options.seed)
    text = document(packages, harmless, regressions, options.seed)
    if options.write:
        options.write.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0 if all(row.good for row in (*harmless, *regressions)) else 1


if __name__ == "__main__":
    sys.exit(main())
