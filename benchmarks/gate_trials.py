"""Trials of the gate on packages that nobody here wrote: harmless edits must pass, regressions must fail.

    python -m benchmarks.gate_trials [--harmless 1000] [--regressions 500] [--seed 1] [--model NAME] [--cache DIR]
        [--on RELEASE/FOLDER/ENTRY ...] [--log FILE] [--page docs/gate-trials.md]

`--on` makes the trials on other packages: `--on yamllint==1.38.0/yamllint/yamllint.cli:run`. Downloads pinned releases
with pip, once. Everything is seeded: the same command gives the same edits. With a log every trial is written down as
it ends, and one that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.documents import rewrite
from benchmarks.gate_trials_edits import Edit, Edited, Place, module_of
from benchmarks.gate_trials_harmless import HARMLESS
from benchmarks.gate_trials_regressions import ADDED, regression
from benchmarks.gate_trials_ways import WAYS
from benchmarks.repositories import unpacked
from code_path_audit.callgraph.model import EVIDENCE
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
from code_path_gate.verdict.policy import RARELY, Policy, failure


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


def package(text: str) -> Package:
    """A package as the command line names it: "yamllint==1.37.1/yamllint/yamllint.cli:run"."""
    release, folder, entry = text.split("/")
    return Package(release, folder, entry)


class Subject(NamedTuple):
    """A package as it was released, traced."""

    package: Package
    files: dict[str, str]
    seen: Seen
    places: list[Place]
    entry: str


class Row(NamedTuple):
    """One trial. `said` is what the gate said, `good` whether that is right; `spared` that it was found, and told as
    nothing that a change should be stopped for. `kind` is "" where the edit found no place for itself."""

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
    files = discover(unpacked(package.release, cache / package.release), (package.folder,)).files
    return {file.path: file.data.decode() for file in files if file.path.endswith(".py")}


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
    base = one.seen if edited.before is None else trace(edited.before, one.package)
    now = trace(edited.files, one.package)
    by, policy = explaining(now, base), Policy(now.measured.threshold)
    told = findings(base, now)
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
    told = findings(base, now)
    failing = [row for row in told if failure(row, policy)]
    right = [row for row in failing if row.what == edited.callee and row.function == edited.function]
    quiet = ""
    if not right:
        right, quiet = _told_only(told, edited)
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
    why = (quiet or spared(failing, by, policy).get(right[0].key, "")) if true and named else ""
    return Row(one.package.folder, kind, edited.what, true and named and not why, why or said, bool(why))


def _told_only(told: Iterable[Finding], edited: Edited) -> tuple[list[Finding], str]:
    """The finding of an edit whose place is reached on an error path or by a guess alone, which fails nothing; why."""
    for row in told:
        if row.now is None or row.kind not in ("grown", "new", "newly_expensive") or row.what != edited.callee:
            continue
        if row.function == edited.function and row.now.condition == RARELY:
            return [row], "in a function that runs only where something goes wrong"
        if row.function == edited.function and row.now.evidence == EVIDENCE[-1]:
            return [row], "in a function that only a guess leads to"
    return [], ""


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


TRIES = 30
"""Places that are looked at for one edit."""


def one_trial(subjects: list[Subject], edits: Mapping[str, Edit], number: int, seed: int, harmless: bool) -> Row:
    """A trial by its number: every kind meets every package. Its kind is "" where the edit fits nowhere."""
    one = subjects[number % len(subjects)]
    kind = [*edits][number // len(subjects) % len(edits)]
    random = Random(f"{seed} {kind} {number}")
    places = [place for place in one.places if kind not in NAMED or place.path != one.entry]
    edited = next((found for _ in range(TRIES) if (found := edits[kind](one.files, random, places))), None)
    if edited is None:
        return Row(one.package.folder, "", kind, True, "")
    try:
        return try_harmless(one, kind, edited) if harmless else try_regression(one, kind, edited)
    except AuditError as error:
        return Row(one.package.folder, kind, edited.what, False, str(error))


def rows_of(
    subjects: list[Subject], edits: Mapping[str, Edit], wanted: int, seed: int, harmless: bool, log: Log
) -> Iterator[Row]:
    """As many trials as are wanted; a place that an edit does not fit is not counted."""
    made = 0
    for number in count():
        if made >= wanted or number > 100 * wanted:
            return
        key = f"{'harmless' if harmless else 'regression'} {seed} {number}"
        row = log.row(key, partial(one_trial, subjects, edits, number, seed, harmless))
        if row.kind:
            made += 1
            yield row


class Log:
    """Trials that have been made, by their keys, in a file of one line each; without a file nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.known: dict[str, Row] = {}
        if path is not None and path.exists():
            for line in path.read_text("utf-8").splitlines():
                key, *values = json.loads(line)
                self.known[key] = Row(*values)

    def row(self, key: str, make: Callable[[], Row]) -> Row:
        """A trial: what is known of it, or made now, and written down."""
        if key not in self.known:
            self.known[key] = made = make()
            if self.path is not None:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([key, *made]) + "\n")
        return self.known[key]


REGRESSIONS: Mapping[str, Edit] = {kind: regression(added) for kind, added in {**ADDED, **WAYS}.items()}


def run(
    packages: tuple[Package, ...], cache: Path, harmless: int, regressions: int, seed: int, log: Path | None = None
) -> tuple[list[Row], list[Row]]:
    """All trials: harmless ones, and regressions."""
    subjects = [subject(package, cache) for package in packages]
    kept = Log(log)
    return (
        list(rows_of(subjects, HARMLESS, harmless, seed, True, kept)),
        list(rows_of(subjects, REGRESSIONS, regressions, seed, False, kept)),
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
        for kind, made in kinds.items():
            right = sum(row.good for row in rows if row.kind == kind)
            parts.append(f"| {kind} | {made} | {right} |\n")
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
    parser.add_argument("--harmless", type=int, default=1000)
    parser.add_argument("--regressions", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "code-path-audit-trials")
    parser.add_argument("--model", default="", help="a shipped cost model, instead of the weights of this script")
    parser.add_argument("--on", action="append", type=package, metavar="RELEASE/FOLDER/ENTRY", help="another package")
    parser.add_argument("--log", type=Path, help="a file of trials as they are made, to go on from")
    parser.add_argument("--page", type=Path, help="the document that gets the result, between its markers")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    packages = tuple(row._replace(model=options.model) for row in options.on or (*PACKAGES, *OTHERS))
    harmless, regressions = run(
        packages, options.cache, options.harmless, options.regressions, options.seed, options.log
    )
    text = document(packages, harmless, regressions, options.seed)
    if options.page:
        rewrite(options.page, {"by script": text})
    else:
        sys.stdout.write(text)
    return 0 if all(row.good or row.spared for row in (*harmless, *regressions)) else 1


if __name__ == "__main__":
    sys.exit(main())
