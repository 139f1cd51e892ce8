"""How fast the tool is, as ratios to what the machine can do: every row of the table in docs/performance.md.

    python -m benchmarks.speed [--tree NAME] [--row NAME] [--django DIR] [--repeats 5] [--limit 600] [--cpu]
                               [--markdown]

Measures this checkout. What is compared runs in turn, A B A B, and the ratio is that of the medians. Without arguments
all rows, which takes an hour; each row that is measured goes into `results.json` in the work folder, and `--markdown`
writes what is there into the document. `--cpu` counts what all processes of a command computed, in place of the time on
the clock: for a machine that others use; such figures are marked. A command that takes longer than `--limit` seconds is
stopped, and reported so. Django is downloaded with pip where no folder of an installed one is given; pyan3 and ruff are
installed by pip in environments of their own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.documents import rewrite
from benchmarks.others import PROGRAMS, PYAN3, installed
from benchmarks.repositories import git
from benchmarks.speed_commands import ROOT, Failed, Run, environment, in_turn, peak_memory, script, seconds, told
from benchmarks.speed_projects import (
    FILES,
    MEGABYTES,
    Edit,
    Project,
    add_comment,
    add_constant,
    add_lambda,
    add_op,
    add_statement,
    prepare,
)

PAGE = ROOT / "docs" / "performance.md"
ACCURACY = ROOT / "docs" / "accuracy.md"
FOUND = {"functions": 0.95, "direct edges": 0.93, "indirect edges": 0.8}
"""What of the pooled accuracy stands beside the speed, with its targets: a fast wrong graph is worth nothing."""

PARSE = """\
import ast, gc, pathlib, sys, time
gc.disable()
files = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py"))]
clock = getattr(time, sys.argv[2])
begin = clock()
for data in files:
    try:
        ast.parse(data)
    except SyntaxError:
        pass
print(clock() - begin)
"""
"""Bare `ast.parse` of all files, read before; the garbage collector is off, and nothing is kept."""


WHOLE = "import pathlib, sys; sys.setrecursionlimit(20000); edges(pathlib.Path(sys.argv[1]), [])"
"""What pyan3 is asked for: its edges of all files."""

Measure = Callable[[Run, Project], float]
Pair = Callable[[Run, Project], tuple[list[float], list[float]]]


class Row(NamedTuple):
    """A row of the table: what is measured, against what, with what target on each tree (None: not asked for)."""

    name: str
    text: str
    against: str
    targets: dict[str, float | None]
    measure: Pair
    unit: str = "s"


def nothing(run: Run, project: Project) -> float:
    """Python that does nothing."""
    return seconds(run, [sys.executable, "-c", "pass"], project.root)


def parse(run: Run, project: Project) -> float:
    """Bare `ast.parse` of all files."""
    clock = "process_time" if run.cpu else "perf_counter"
    return told(run, [sys.executable, "-c", PARSE, str(project.root), clock], project.root)


def cold(run: Run, project: Project) -> float:
    """A trace of all actions, whole, with an empty store."""
    forget(run)
    return seconds(run, [*script(run, "code-path-audit"), "--json"], project.root)


def check(run: Run, project: Project, *options: str, codes: tuple[int, ...] = (0,)) -> float:
    """A check of the gate; it must pass, or leave with one of `codes`."""
    return seconds(run, [*script(run, "code-path-gate"), "check", *options], project.root, codes)


def forget(run: Run) -> None:
    """Empties the store."""
    shutil.rmtree(run.env["CODE_PATH_AUDIT_CACHE"], ignore_errors=True)


def with_baselines(run: Run, project: Project) -> None:
    """Commits baselines and fills the store, if that was not yet done."""
    if not (project.root / "baselines").exists():
        seconds(run, [*script(run, "code-path-gate"), "refresh"], project.root)
        git(project.root, "add", "--all")
        git(project.root, "commit", "--quiet", "--message", "baselines")
    check(run, project)


# rows


def against_parse(measure: Measure) -> Pair:
    """A command against bare `ast.parse` of all files."""
    return lambda run, project: in_turn(run, lambda: measure(run, project), lambda: parse(run, project))


def cold_to_pyan(run: Run, project: Project) -> tuple[list[float], list[float]]:
    """The cold trace, and pyan3 on the same files, once."""
    _, requires = PROGRAMS["pyan3"]
    tool = installed(run.work, requires)
    slow = run._replace(limit=max(run.limit, 1200))
    return [cold(run, project)], [seconds(slow, [str(tool), "-c", PYAN3 + WHOLE, str(project.root)], project.root)]


def cold_to_ruff(run: Run, project: Project) -> tuple[list[float], list[float]]:
    """The cold trace, and ruff's rules for performance."""
    ruff = installed(run.work, ("ruff==0.17.6",)).with_name("ruff")
    command = [str(ruff), "check", "--select", "PERF", "--no-cache", "--isolated", "--quiet", "--exit-zero", "."]
    return in_turn(run, lambda: cold(run, project), lambda: seconds(run, command, project.root))


def unchanged(run: Run, project: Project) -> tuple[list[float], list[float]]:
    """A check that has nothing to do."""
    with_baselines(run, project)
    return in_turn(run, lambda: check(run, project), lambda: nothing(run, project))


def edited(edit: Edit, reached: bool, base: Measure) -> Pair:
    """A check after an edit of one file that actions reach, or of one that none reaches."""

    def measure(run: Run, project: Project) -> tuple[list[float], list[float]]:
        with_baselines(run, project)
        place = (project.reached if reached else project.unreached)[0]

        def once() -> float:
            edit(project.root, place)
            return check(run, project)

        try:
            return in_turn(run, once, lambda: base(run, project))
        finally:
            git(project.root, "checkout", "--quiet", ".")

    return measure


def found(run: Run, project: Project) -> tuple[list[float], list[float]]:
    """A check after an edit that fails it, and one after an edit of the same function that does not."""
    with_baselines(run, project)

    def after(edit: Edit, *codes: int) -> float:
        git(project.root, "checkout", "--quiet", ".")
        edit(project.root, project.reached[0])
        return check(run, project, codes=codes)

    try:
        return in_turn(run, lambda: after(add_op, 1), lambda: after(add_statement, 0, 1, 3))
    finally:
        git(project.root, "checkout", "--quiet", ".")


def with_base(run: Run, project: Project) -> tuple[list[float], list[float]]:
    """A check against the commit before, which has been checked when it was new; ten files changed since.

    It is timed whether or not it passes. The edits cost nothing, but five are in what is reached, and where a solver
    gives up much, any edit can change what is given up: then the check fails, or finds the next baseline out of date.
    """
    with_baselines(run, project)

    def once() -> float:
        for place in project.reached:
            add_statement(project.root, place)
        for place in project.unreached:
            add_constant(project.root, place)
        git(project.root, "commit", "--quiet", "--all", "--message", "ten files")
        return check(run, project, "--base", "HEAD~1", codes=(0, 1, 3))

    return in_turn(run, once, lambda: parse(run, project))


def peak(run: Run, project: Project) -> tuple[list[float], list[float]]:
    """The most memory that a cold trace takes, in MB."""
    forget(run)
    return [peak_memory(run, [*script(run, "code-path-audit"), "--json"], project.root)], [1.0]


def importing(run: Run, project: Project) -> tuple[list[float], list[float]]:
    """What it costs to import the engine."""
    command = [sys.executable, "-c", "import code_path_audit"]
    return in_turn(run, lambda: seconds(run, command, project.root), lambda: nothing(run, project))


PASS, ALL = "`python -c pass`", "bare `ast.parse` of all files"
ROWS = (
    Row("parse", "cold, whole trace of two actions", ALL, {"django": 0.9, "generated": 0.9}, against_parse(cold)),
    Row("pyan", "cold", "pyan3 on the same files", {"django": 1 / 80, "generated": None}, cold_to_pyan),
    Row("ruff", "cold", "`ruff check --select PERF --no-cache`", {"django": 9, "generated": 9}, cold_to_ruff),
    Row("unchanged", "check, nothing changed", PASS, {"django": 1.4, "generated": 1.6}, unchanged),
    Row("unreached", "check, one file changed that no action reaches", PASS, {"django": 2, "generated": 3},
        edited(add_constant, False, nothing)),
    Row("reached", "check, one reached file changed", ALL, {"django": 0.12, "generated": 0.02},
        edited(add_statement, True, parse)),
    Row("said", "check, a call more in a reached function", ALL, {"django": 0.5, "generated": None},
        edited(add_lambda, True, parse)),
    Row("found", "check, an expensive op added to a reached function", "the check of an edit that costs nothing",
        {"django": 1.1, "generated": 1.1}, found),
    Row("moved", "check, a comment added at the top of a reached file", PASS, {"django": 4, "generated": 5},
        edited(add_comment, True, nothing)),
    Row("base", "`check --base REV`, store warm, ten files changed", ALL, {"django": 0.25, "generated": 0.05},
        with_base),
    Row("memory", "peak memory, cold, children included", "MB", {"django": 150, "generated": 600}, peak, "MB"),
    Row("import", "import of `code_path_audit`", PASS, {"django": 1.5, "generated": None}, importing),
)  # fmt: skip


# results


def measured(row: Row, run: Run, project: Project) -> dict[str, Any]:
    """One row on one tree, as it goes into the results."""
    try:
        ours, theirs = row.measure(run, project)
    except Failed as error:
        return {"failed": str(error)}
    of_cpu = {"cpu": True} if run.cpu and row.unit == "s" else {}
    return {"ours": median(ours), "theirs": median(theirs), "runs": len(ours), **of_cpu}


def figure(row: Row, result: dict[str, Any] | None, target: float | None) -> str:
    """A cell of the table: the ratio, both times, and whether the target is met."""
    if target is None:
        return "not asked for"
    if result is None:
        return "not measured"
    if "failed" in result:
        return f"**missed**: {result['failed']}"
    ours, theirs = result["ours"], result["theirs"]
    ratio = ours / theirs
    bound = f"1/{1 / target:.0f}" if target < 0.02 else f"{target:g}"
    verdict = f"<= {bound}" if ratio <= target else f"**missed**, <= {bound}"
    if row.unit == "MB":
        return f"{ours:,.0f} MB ({verdict})"
    shown = f"1/{1 / ratio:.0f}" if target < 0.02 and ratio < 1 else f"{ratio:.3g}"
    return f"{shown} ({verdict}); {_time(ours)} to {_time(theirs)}{' of cpu' if result.get('cpu') else ''}"


def _time(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"


def table(results: dict[str, dict[str, Any]]) -> str:
    """The table of the document: every row, each with both trees."""
    lines = [
        "| run | against | Django | generated tree |",
        "|---|---|---|---|",
    ]
    for row in ROWS:
        cells = [
            figure(row, results.get(tree, {}).get(row.name), row.targets[tree]) for tree in ("django", "generated")
        ]
        lines.append(f"| {row.text} | {row.against} | {' | '.join(cells)} |")
    return "\n".join([*lines, accuracy(ACCURACY.read_text(encoding="utf-8"))])


def accuracy(page: str) -> str:
    """The last row: what the graph finds at this speed, from the pooled row of the accuracy page."""
    text = page.partition("<!-- begin accuracy code-path-audit -->")[2]
    pooled = next(line for line in text.splitlines() if line.startswith("| pooled |"))
    found = [float(cell.split()[0]) for cell in pooled.split("|")[2:5]]
    cells = [
        f"{name} {value:.3f} ({'' if value >= target else '**missed**, '}>= {target:g})"
        for (name, target), value in zip(FOUND.items(), found, strict=True)
    ]
    return f"| what the graph finds (accuracy.md) | what ran in fourteen applications | {', '.join(cells)} | |"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", action="append", choices=("django", "generated"), help="default: both")
    parser.add_argument("--row", action="append", choices=[row.name for row in ROWS], help="default: all")
    parser.add_argument("--django", type=Path, help="the folder of the package (default: pip downloads it)")
    parser.add_argument("--files", type=int, default=FILES, help="of the generated tree")
    parser.add_argument("--megabytes", type=float, default=MEGABYTES, help="of the generated tree")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--limit", type=float, default=600, help="seconds for one command")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "code-path-audit-speed")
    parser.add_argument(
        "--cpu", action="store_true", help="seconds that all processes computed, not those of the clock"
    )
    parser.add_argument("--markdown", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    run = Run(environment(options.work), options.limit, options.repeats, options.work, options.cpu)
    kept = options.work / "results.json"
    results: dict[str, dict[str, Any]] = json.loads(kept.read_text()) if kept.exists() else {}
    rows = [row for row in ROWS if not options.row or row.name in options.row]
    for tree in options.tree or ("django", "generated"):
        project = None
        for row in rows:
            if row.targets[tree] is None:
                continue
            project = project or prepare(tree, options.work, options.django, options.files, options.megabytes)
            result = measured(row, run, project)
            results.setdefault(tree, {})[row.name] = result
            kept.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
            print(f"{tree:<10} {row.name:<10} {figure(row, result, row.targets[tree])}", flush=True)
    if options.markdown:
        rewrite(PAGE, {"speed": table(results)})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
