"""`code-path-audit prune` on applications of the registry, with their own tests, after a mistake was planted.

    python -m benchmarks.prune_trials --work DIR [--only NAME,...]     writes the table of docs/prune.md

A source distribution is unpacked, a mistake is planted and committed, its tests run, `prune --apply --verify` runs them
again on the patched program. `benchmarks/prune_trials.toml` has the mistakes. DIR/venv must have the packages and what
their tests need.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.documents import rewrite
from benchmarks.planting import planted
from benchmarks.repositories import committed, extract, git, source

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "prune.md"
DATA = Path(__file__).with_suffix(".toml")


class Outcome(NamedTuple):
    """What came of one mistake: what the tests say of the program with it (`tests`, their last line), what prune did
    and its exit code, and the lines that it changed."""

    row: dict[str, Any]
    tests: str
    applied: tuple[str, ...]
    exit: int
    changed: int


def trial(row: dict[str, Any], work: Path) -> Outcome:
    """One mistake in one application."""
    root = work / "planted" / f"{row['package']}-{row['kind']}"
    unpack(work, row, root)
    if "file" in row:
        path = root / row["file"]
        text = planted(path.read_text(encoding="utf-8"), row, f"{row['package']}: {row['file']}")
        path.write_text(text, encoding="utf-8")
    for name, text in row.get("new", {}).items():
        (root / name).write_text(text, encoding="utf-8")
    (root / "code-path-audit.toml").write_text(
        f"source = [{row['source']!r}]\n\n[actions.main]\nentry_points = [{row['entry']!r}]\n", encoding="utf-8"
    )
    committed(root)
    python = work / "venv" / "bin" / "python"
    verify = f"{python} -m pytest -q -x -p no:cacheprovider {row['tests']}"
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root / row["source"]), *sys.path]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    tested = {**env, "PYTHONPATH": str(root / row["source"])}
    first = subprocess.run(verify, cwd=root, shell=True, capture_output=True, text=True, env=tested, check=False)
    told = (
        (first.stdout.strip().splitlines() or ["nothing"])[-1] if not first.returncode else f"exit {first.returncode}"
    )
    clean = f"env PYTHONPATH={root / row['source']} {verify}"
    command = [sys.executable, "-m", "code_path_audit", "prune", "--apply", "--verify", clean]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=env, check=False)
    applied = tuple(line.split(" ", 3)[-1] for line in done.stdout.splitlines() if line.startswith("applied"))
    diff = git(root, "diff", "--numstat").decode()
    changed = sum(int(part) for line in diff.splitlines() for part in line.split("\t")[:2] if part.isdigit())
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-1000:], file=sys.stderr)
    told = re.sub(r"\x1b\[\d*m", "", told)
    return Outcome(row, told.strip("= "), applied, done.returncode, changed)


def unpack(work: Path, row: dict[str, Any], root: Path) -> None:
    """The source distribution of an application, anew."""
    shutil.rmtree(root, ignore_errors=True)
    with tarfile.open(source(f"{row['package']}=={row['version']}", work)) as archive:
        extract(archive, root.parent)
        top = archive.getnames()[0].partition("/")[0]
    (root.parent / top).rename(root)


def table(rows: Sequence[Outcome]) -> str:
    """The rows as the page has them."""
    lines = [
        "| application | planted | what prune did | lines changed | its tests, before | after |",
        "|---|---|---|---:|---|---|",
    ]
    for one in rows:
        applied = "; ".join(one.applied) or "nothing"
        after = "pass" if one.exit == 0 else "taken back, or no patch"
        name = f"{one.row['package']} {one.row['version']}"
        cells = (name, one.row["what"], applied, str(one.changed), one.tests, after)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the trials, and writes the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prune_trials")
    parser.add_argument("--work", type=Path, required=True, help="archives, and venv with the packages installed")
    parser.add_argument("--only", default="", help="packages, with commas between them")
    parser.add_argument("--print", action="store_true", help="print the table, and leave the page as it is")
    options = parser.parse_args(arguments)
    only = [name for name in options.only.split(",") if name]
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))["trial"]
    (options.work / "planted").mkdir(parents=True, exist_ok=True)
    rows = [trial(row, options.work.resolve()) for row in data if not only or row["package"] in only]
    if options.print:
        print(table(rows))
    else:
        rewrite(PAGE, {"trials": table(rows)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
