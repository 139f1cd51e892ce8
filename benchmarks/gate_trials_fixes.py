"""Real fixes of slowdowns through the gate, both ways: taken back they must fail, made they must not.

    python -m benchmarks.gate_trials_fixes --histories DIR [--only NAME ...] [--work DIR] [--page docs/gate-trials.md]

Which commits, with which action each, is in `gate_trials_fixes.toml`; nothing of the projects is kept here. DIR has a
git repository for each, as `OWNER+NAME` or `OWNER+NAME/repo`. Each direction is a repository of two commits: the first
with its baseline, the second with the other state of the source. The check is that of a pull request: `--base`.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from benchmarks.documents import rewrite
from benchmarks.gate_trials_crash import environment
from benchmarks.repositories import git

FIXES = Path(__file__).with_suffix(".toml")
ROUNDS = ("known", "fresh", "newest", "latest", "last", "sixth", "seventh", "eighth")
"""Those that were looked at while the rules were made; those that were chosen by their messages, in seven turns."""

CONFIG = "code-path-audit.toml"
SUFFIXES = frozenset((".py", ".pyi", ".html", ".jinja", ".jinja2", ".j2", ".txt", ".toml", ".cfg", ".ini", ".in"))
"""What an audit reads of a project."""

OF_ANYBODY = ("-c", "safe.directory=*")
"""Lets git read a history that belongs to somebody else."""


class Fix(NamedTuple):
    """A commit that made something faster: `source` is its source root, `entries` what an action begins with. `no_op`:
    what it spares is no op of any kind, so that nothing is promised of it."""

    name: str
    repository: str
    commit: str
    round: str
    kind: str
    what: str
    source: str
    entries: tuple[str, ...]
    first: str
    why: str
    no_op: bool


class Outcome(NamedTuple):
    """What the gate said of one direction: its exit code, the findings in short."""

    code: int
    found: tuple[str, ...]


def read_fixes(path: Path) -> list[Fix]:
    """The rows of the list. `first` is what was said when it was first tried, `why` why it is not caught, by hand."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["fix"]
    return [
        Fix(
            row["name"], row["repository"], row["commit"], row["round"], row["kind"], row["what"],
            row.get("source", "."), tuple(row["entries"]), row.get("first", ""), row.get("why", ""),
            row.get("no_op", False),
        )
        for row in rows
    ]  # fmt: skip


def configuration(fix: Fix) -> str:
    """The action that leads to what was slow."""
    return (
        f"source = {json.dumps([fix.source])}\n\n[actions.run]\n"
        f"entry_points = {json.dumps(fix.entries)}\ndescription = {json.dumps(fix.what)}\n"
    )


def state(history: Path, revision: str, folder: Path, config: str) -> None:
    """The code, templates and settings of a revision in a folder that may have others; its baselines stay."""
    for path in folder.iterdir():
        if path.name not in (".git", "baselines"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    rows = git(history, *OF_ANYBODY, "ls-tree", "-r", "-z", revision).decode("utf-8", "replace")
    blobs: dict[str, str] = {}
    for row in rows.rstrip("\0").split("\0"):
        kind, _, name = row.partition("\t")
        if kind.startswith("100") and PurePosixPath(name).suffix in SUFFIXES:
            blobs[name] = kind.split()[2]
    for name, content in zip(blobs, contents(history, list(blobs.values())), strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / CONFIG).write_text(config, encoding="utf-8")


def contents(history: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    """The contents of some of git's objects; nothing for one that a copy of a history lacks."""
    stream = io.BytesIO(git(history, *OF_ANYBODY, "cat-file", "--batch", given="\n".join(blobs).encode()))
    for _ in blobs:
        head = stream.readline().split()
        if head[-1] == b"missing":
            yield b""
        else:
            yield stream.read(int(head[2]))
            stream.readline()


def gate(folder: Path, cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The gate, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "code_path_gate", *arguments],
        cwd=folder,
        check=False,
        env={**environment(), "CODE_PATH_AUDIT_CACHE": str(cache)},
        capture_output=True,
        text=True,
    )


def tried(fix: Fix, history: Path, work: Path, way: str) -> Outcome:
    """What the gate says of a fix that is taken back ("back"), or made ("forth")."""
    first, second = (fix.commit, f"{fix.commit}^") if way == "back" else (f"{fix.commit}^", fix.commit)
    folder = work / fix.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    state(history, first, folder, configuration(fix))
    made = gate(folder, work / "cache", "refresh")
    if made.returncode:
        return Outcome(made.returncode, tuple((made.stdout + made.stderr).splitlines()[-3:]))
    commit(folder, "before")
    state(history, second, folder, configuration(fix))
    commit(folder, "after")
    checked = gate(folder, work / "cache", "check", "--base", "HEAD~1")
    shutil.rmtree(folder)
    text = checked.stdout + checked.stderr
    (work / f"{fix.name}.{way}.txt").write_text(text, encoding="utf-8")
    marks = ("FAILS", "run:", "    run:")
    return Outcome(checked.returncode, tuple(line.strip() for line in text.splitlines() if line.startswith(marks)))


def commit(folder: Path, message: str) -> None:
    """Everything in a folder, also what the project would have git ignore."""
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "-q", "--no-verify", "-m", message)


def history_of(fix: Fix, histories: Path) -> Path:
    """Where the history of a project is."""
    folder = histories / fix.repository.replace("/", "+")
    return folder / "repo" if (folder / "repo").is_dir() else folder


def page(fixes: Iterable[Fix], results: Mapping[str, Mapping[str, Outcome]], name: str) -> str:
    """The table of one round: `results` by the name of a fix, and by the way that it was tried."""
    rows = [row for row in fixes if row.round == name and row.name in results]
    first = any(row.first for row in rows)
    head = ["fix", "kind", *(["first try"] if first else []), "back", "forth", "why not"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in sorted(rows, key=lambda row: (row.kind, row.name)):
        back, forth = results[row.name]["back"], results[row.name]["forth"]
        said = said_of(*back)
        passes = "passes" if forth.code == 0 else f"**{said_of(*forth)}**"
        cells = [
            f"{row.repository.partition('/')[2]} {row.commit}, {row.what}", row.kind,
            *([row.first] if first else []), said, passes,
            row.why if said != "fails" or forth.code else "",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    every = Counter(row.kind for row in rows)
    failing = Counter(row.kind for row in rows if results[row.name]["back"].code == 1)
    passing = sum(results[row.name]["forth"].code == 0 for row in rows)
    by_kind = ", ".join(f"{kind} {failing[kind]} of {every[kind]}" for kind in sorted(every))
    total = f"Back {failing.total()} of {len(rows)} fail ({by_kind}); forth {passing} of {len(rows)} pass."
    promised = [row for row in rows if not row.no_op]
    caught = sum(results[row.name]["back"].code == 1 for row in promised)
    of_ops = f"Of the {len(promised)} that spare an op of some kind {caught} fail when they are taken back."
    return "\n".join([*lines, "", total, *([of_ops] if len(promised) < len(rows) else [])])


def said_of(code: int, found: Sequence[str]) -> str:
    """What became of a slowdown, in a word or two."""
    if code == 1:
        return "fails"
    if code:
        return f"exit code {code}"
    return "told" if any(word in line for word in ("grown", "newly expensive") for line in found) else "no"


def main() -> None:
    """Tries what is asked for, keeps the results beside the histories of the work, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/gate_trials_fixes"))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    log = options.work / "results.json"
    kept = json.loads(log.read_text(encoding="utf-8")) if log.exists() else {}
    results = {name: {way: Outcome(*row) for way, row in ways.items()} for name, ways in kept.items()}
    fixes = read_fixes(FIXES)
    for fix in fixes:
        if options.only and not {fix.name, fix.round, fix.repository}.intersection(options.only):
            continue
        history = history_of(fix, options.histories)
        for way in ("back", "forth"):
            outcome = tried(fix, history, options.work, way)
            results.setdefault(fix.name, {})[way] = outcome
            print(f"{fix.name} [{fix.kind}] {way}: {outcome.code}", *outcome.found[:6], sep="\n    ", flush=True)
        log.write_text(json.dumps(results, indent=1), encoding="utf-8")
    if options.page is not None:
        rewrite(options.page, {f"fixes, {name}": page(fixes, results, name) for name in ROUNDS})


if __name__ == "__main__":
    main()
