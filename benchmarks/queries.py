"""Predicted queries against counted ones, view by view, of applications from the registry, with rows of their own.

    python -m benchmarks.queries --work DIR [--only NAME] [--markdown]

Each application gets an environment below DIR, where a script beside this file (`queries_*.py`) makes the rows, asks
each view once for real, and prints how many queries the database was asked, which files were opened (modules left out),
and how many rows there are of what loops are named for. The same views are traced from the source. Of a predicted
number the least is of what surely runs always, the most of all branches and likely calls, with the rounds of the run in
place of the names of loops; a loop whose name has no number had no rows. `--markdown` rewrites the table in
docs/applications.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.documents import rewrite
from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, default_config
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.runs.terms import LoopName, Term, evaluated, runs_of

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "applications.md"


class Application(NamedTuple):
    """One application: what is installed, the package that is audited, the script that counts, the entry point of each
    view by its name there, and how the callees of queries begin."""

    name: str
    install: tuple[str, ...]
    package: str
    script: str
    views: Mapping[str, str]
    callees: str


HELPDESK = Application(
    "django-helpdesk",
    ("django-helpdesk==2.6.1", "django<5.3"),
    "helpdesk",
    "queries_helpdesk.py",
    {
        "dashboard": "helpdesk.views.staff:dashboard",
        "ticket list": "helpdesk.views.staff:ticket_list",
        "ticket": "helpdesk.views.staff:view_ticket",
        "edit ticket": "helpdesk.views.staff:edit_ticket",
        "reports": "helpdesk.views.staff:report_index",
        "report": "helpdesk.views.staff:run_report",
        "knowledge base": "helpdesk.views.kb:index",
        "category": "helpdesk.views.kb:category",
        "saved searches": "helpdesk.views.staff:saved_searches_list",
        "feeds": "helpdesk.views.staff:rss_list",
        "ignored addresses": "helpdesk.views.staff:email_ignore",
        "carbon copies": "helpdesk.views.staff:ticket_cc",
    },
    "django.",
)

STORAGE = "optuna.storages._rdb.storage:RDBStorage."

OPTUNA = Application(
    "optuna",
    ("optuna==5.0.0", "sqlalchemy==2.1.9"),
    "optuna",
    "queries_optuna.py",
    {
        "list studies": f"{STORAGE}get_all_studies",
        "create a study": f"{STORAGE}create_new_study",
        "find a study": f"{STORAGE}get_study_id_from_name",
        "attributes of a study": f"{STORAGE}get_study_user_attrs",
        "create a trial": f"{STORAGE}create_new_trial",
        "a trial": f"{STORAGE}get_trial",
        "all trials": f"{STORAGE}get_all_trials",
        "the best trial": f"{STORAGE}get_best_trial",
        "set a parameter": f"{STORAGE}set_trial_param",
        "set a value": f"{STORAGE}set_trial_intermediate_value",
    },
    "sqlalchemy.",
)

OPENS = frozenset((
    "builtins.open", "io.open", "codecs.open", "os.open", "pathlib.Path.open", "pathlib.Path.read_text",
    "pathlib.Path.read_bytes", "pathlib.Path.write_text", "pathlib.Path.write_bytes",
))  # fmt: skip
"""Callees that open a file each time."""

APPLICATIONS = (HELPDESK, OPTUNA)


class Row(NamedTuple):
    """One view: the queries that were counted in all, what is predicted at least and at most, with the terms in words,
    and the same of files that are opened."""

    application: str
    view: str
    counted: int
    least: int
    most: int
    terms: str
    opened: int
    least_opened: int
    most_opened: int


def main(argv: list[str] | None = None) -> int:
    """Counts, traces, and prints the table."""
    parser = argparse.ArgumentParser(description="predicted queries against counted ones")
    parser.add_argument("--work", type=Path, required=True, help="where the applications are, or go")
    parser.add_argument("--only", default="", help="one application")
    parser.add_argument("--markdown", action="store_true", help="rewrite the table in docs/applications.md")
    options = parser.parse_args(argv)
    options.work.mkdir(parents=True, exist_ok=True)
    rows = [row for app in APPLICATIONS if options.only in ("", app.name) for row in measured(app, options.work)]
    text = table(rows)
    print(text)
    if options.markdown:
        rewrite(PAGE, {"registry": text})
    return 0


def measured(app: Application, work: Path) -> list[Row]:
    """The rows of an application."""
    python = environment(app, work)
    script = HERE / app.script
    around = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    found = subprocess.run(
        [python, str(script)], capture_output=True, text=True, check=True, cwd=work, env=around
    ).stdout
    said = json.loads(found)
    source = copied(app, python, work)
    config = default_config(source, (".",))
    program = pipeline.load(config)
    rows = []
    for view, entry in app.views.items():
        profile = pipeline.trace(program, ActionConfig(view, (entry,), ""), config)
        ops = [op for op in profile.expensive_ops if op.callee.startswith(app.callees) and op.base_class == "network"]
        rounds = {**said["rounds"], **said["views"][view].get("rounds", {})}
        opens = [op for op in profile.expensive_ops if op.callee in OPENS]
        least, most = between(ops, rounds)
        least_opened, most_opened = between(opens, rounds)
        counted, opened = said["views"][view]["queries"], len(said["views"][view]["opened"])
        rows.append(Row(app.name, view, counted, least, most, in_words(ops), opened, least_opened, most_opened))
    return rows


def environment(app: Application, work: Path) -> str:
    """The interpreter of the environment of an application, made where there is none."""
    folder = work / app.name
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *app.install], check=True)
    return str(python)


def copied(app: Application, python: str, work: Path) -> Path:
    """The package by itself, as a source root: without its migrations and its tests."""
    where = f"import {app.package}, os; print(os.path.dirname({app.package}.__file__))"
    package = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    root = work / "source" / app.name
    shutil.rmtree(root, ignore_errors=True)
    leave = shutil.ignore_patterns("migrations", "tests", "__pycache__", "static", "locale", "translations")
    shutil.copytree(package, root / app.package, ignore=leave)
    return root


def between(ops: list[ExpensiveOp], rounds: Mapping[str, int]) -> tuple[int, int]:
    """How many ops surely run, and how many may, rare ones left out, with the rounds of the run."""
    often = [op for op in ops if op.condition != "rarely"]
    return total([op for op in ops if is_sure(op)], rounds), total(often, rounds)


def total(ops: Iterable[ExpensiveOp], rounds: Mapping[str, int]) -> int:
    """How many that is, with the rounds of the run."""
    return sum(times(op, rounds) for op in ops)


def times(op: ExpensiveOp, rounds: Mapping[str, int]) -> int:
    """How often an op runs; what is not known to have rows has none."""
    runs = runs_of(Term(tuple(LoopName(*loop) for loop in loops), count) for loops, count in op.runs)
    return evaluated(runs, lambda loop: rounds.get(loop.name, 0) if loop.kind == "loop" else 1)


def in_words(ops: Iterable[ExpensiveOp]) -> str:
    """The terms of what surely runs always, the most frequent first, and how many other ops there are: "4 once, 2 per
    queue; 3 perhaps"."""
    counts: dict[str, int] = {}
    others = 0
    for op in ops:
        if is_sure(op):
            counts[op.how_often] = counts.get(op.how_often, 0) + 1
        else:
            others += 1
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    words = ", ".join(f"{count} {often}" for often, count in rows) or "none for sure"
    return f"{words}; {others} perhaps" if others else words


def is_sure(op: ExpensiveOp) -> bool:
    """Whether an op runs always, on a path of certain calls."""
    return op.condition == "always" and op.evidence == "certain"


def table(rows: list[Row]) -> str:
    """The table, a row a view."""
    lines = [
        "| application | view | predicted | with the rounds of the run | counted |",
        "|---|---|---|---:|---:|",
    ]
    for row in rows:
        span = str(row.least) if row.least == row.most else f"{row.least} to {row.most}"
        lines.append(f"| {row.application} | {row.view} | {row.terms} | {span} | {row.counted} |")
    within = sum(row.least <= row.counted <= row.most for row in rows)
    files = sum(row.least_opened <= row.opened <= row.most_opened for row in rows)
    lines += [
        "",
        f"Queries counted within what is predicted: {within} of {len(rows)} views. Files opened, modules left out:"
        f" {files} of {len(rows)} views ({sum(row.opened for row in rows)} counted in all, at least"
        f" {sum(row.least_opened for row in rows)} and at most {sum(row.most_opened for row in rows)} predicted).",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
