"""How well a cost model predicts what ops of real applications took: by class, on applications no choice had in view.

    python -m benchmarks.validation record --scenarios FILE --work DIR --points FILE [--rounds 3] [--only NAME,...]
    python -m benchmarks.validation report --points FILE [--fresh FILE] [--model reference]
    python -m benchmarks.validation choose --points FILE

`record` runs applications under the timing pass (wrappers, no tracer) and keeps one row a site; DIR and FILE are those
of `benchmarks.applications`. `report` prints, as Markdown, how far the model is off. The applications of `--points` are
split into a development half and one that is held out: every choice (how cold is cold) may look at the first alone.
`--fresh` are applications that were recorded after all choices. `choose` calibrates this machine at several levels of
cold, and prints what each would be off by on the development half.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.applications import App, apps, server
from code_path_audit.costs.calls import WRITING_MODES
from code_path_audit.costs.model import EXPENSIVE_THRESHOLD, CostClass, CostModel
from code_path_audit.costs.models import load_model
from code_path_audit.costs.rules import Rules, load_rules
from code_path_audit.errors import AuditError
from code_path_audit.runtime.calibration.calibrate import calibrated_model
from code_path_audit.runtime.calibration.fit import Errors, errors, fit
from code_path_audit.runtime.calibration.measure import LEVELS, measure
from code_path_audit.runtime.record.command import Request, record
from code_path_audit.runtime.record.raw import RawOp


class Point(NamedTuple):
    """One op site of one application. `ns` is what its `count` timed executions took together, the median of the
    rounds; `total` the sum of their sizes (those that were not taken count as the mean of the others), None where none
    is known. `direct` is False where a library executed the op on behalf of the site; `writes` says that its mode
    does."""

    app: str
    callee: str
    cost_class: str
    direct: bool
    writes: bool
    count: int  # type: ignore[assignment]
    ns: int
    total: int | None


class Predicted(NamedTuple):
    """A point with what the model says, in ns: with its sizes (None where they are not known), and with the assumed."""

    point: Point
    known: float | None
    assumed: float


# recording


def recorded_points(options: argparse.Namespace, work: Path) -> list[Point]:
    """Runs each application `rounds` times, each time in a fresh copy of its folder."""
    found = []
    for app in apps(options, work):
        rounds: dict[tuple[object, ...], list[RawOp]] = defaultdict(list)
        fresh = work / f"fresh-{app.name}"
        shutil.copytree(app.cwd, fresh, symlinks=True)
        for number in range(options.rounds):
            shutil.rmtree(app.cwd)
            shutil.copytree(fresh, app.cwd, symlinks=True)
            try:
                ops = one_run(app, work)
            except AuditError as error:
                print(f"{app.name}, round {number + 1}: {error}", flush=True)
                continue
            for op in ops:
                if op.samples:
                    rounds[op.code.path, op.code.name, op.position, op.callee, op.direct].append(op)
        sites = [point_of(app, ops) for _, ops in sorted(rounds.items(), key=lambda item: str(item[0]))]
        print(f"{app.name}: {len(sites)} op sites", flush=True)
        found += sites
    return found


def one_run(app: App, work: Path) -> tuple[RawOp, ...]:
    """The ops of one run; what the program prints is thrown away."""
    request = Request(app.name, app.entries, app.roots, (app.python, *app.argv), work / "recordings", ("times",))
    with open(os.devnull, "wb") as quiet:
        saved = os.dup(1), os.dup(2)
        os.dup2(quiet.fileno(), 1)
        os.dup2(quiet.fileno(), 2)
        try:
            return record(request, app.env, app.cwd).recording.ops
        finally:
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)


def point_of(app: App, ops: Sequence[RawOp]) -> Point:
    """The rounds of one site as one point."""
    count = statistics.median_low([len(op.samples) for op in ops])
    sizes = [size for op in ops for size, _, _ in op.samples if size >= 0]
    total = round(statistics.mean(sizes) * count) if sizes else None
    # a round with more executions than the others is brought down to as many
    ns = statistics.median(sum(ns for _, ns, _ in op.samples) * count / len(op.samples) for op in ops)
    op = ops[0]
    return Point(app.name, op.callee, op.cost_class, op.direct, writes(app, op), count, round(ns), total)


def writes(app: App, op: RawOp) -> bool:
    """Whether the mode, written as a constant in the call, is one that writes: what the audit reads, too."""
    if not op.callee.endswith("open") or not op.direct:
        return False
    line, column, last_line, last_column = op.position[:4]
    paths = (Path(root.folder) / op.code.path.removeprefix(root.prefix) for root in app.roots)
    path = next((path for path in paths if path.exists()), None)
    if path is None or line != last_line:
        return False
    text = path.read_bytes().splitlines()[line - 1][column:last_column].decode("utf-8", "replace")
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return False
    if not isinstance(call, ast.Call):
        return False
    place = 0 if op.callee.endswith("Path.open") else 1
    values = [*call.args[place : place + 1], *(word.value for word in call.keywords if word.arg == "mode")]
    modes = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return any(WRITING_MODES.intersection(mode) for mode in modes)


# predicting


def predicted(points: Iterable[Point], model: CostModel, rules: Rules) -> list[Predicted]:
    """What the model says of each point, by the design's formula: one cold start, and the others warm."""
    found = []
    for point in points:
        row = model.classes[point.cost_class]
        kind = rules.kind(point.callee, row.name)
        if point.writes and f"{kind}_write" in row.kinds:
            kind += "_write"
        rule = rules.match(point.callee)
        light = kind not in row.kinds and rule is not None and rule.light
        cost = row.of(kind)
        total = 0 if point.total is None and not cost.per_unit else point.total
        known = None if total is None else weighed(cost, light, point.count, total)
        found.append(Predicted(point, known, weighed(cost, light, point.count, point.count * cost.assumed_size)))
    return found


def weighed(cost: CostClass, light: bool, count: int, total: float) -> float:
    """The formula, with the sizes of all executions added up; never below a nanosecond."""
    return max((cost.warm_base if light else cost.base) + (count - 1) * cost.warm_base + cost.per_unit * total, 1.0)


def off(rows: Iterable[Predicted]) -> Errors:
    """How far predictions with known sizes are off."""
    sized = [(row.known, row.point.ns) for row in rows if row.known is not None]
    return errors([one for one, _ in sized], [float(other) for _, other in sized])


def off_assumed(rows: Iterable[Predicted]) -> Errors:
    rows = list(rows)
    return errors([row.assumed for row in rows], [float(row.point.ns) for row in rows])


# reporting

DEVELOPMENT = ("alembic", "cookiecutter", "hatchling", "mkdocs", "nox", "sqlite-utils", "yamllint")
"""Every other one of the applications that need no server, in alphabetical order. All the rest is held out."""

LAZY = frozenset((
    "os.walk", "os.fwalk", "os.scandir", "glob.iglob", "pathlib.Path.glob", "pathlib.Path.rglob", "pathlib.Path.walk",
    "csv.reader", "csv.DictReader", "tokenize.generate_tokens", "tokenize.tokenize", "ast.walk",
    "importlib.metadata.distributions",
))  # fmt: skip
"""Calls that return an iterator: what is timed is not the work, which is done while it is walked through."""


def halves(points: Iterable[Point]) -> tuple[list[Point], list[Point]]:
    """(development, held out)."""
    points = list(points)
    return [p for p in points if p.app in DEVELOPMENT], [p for p in points if p.app not in DEVELOPMENT]


def table(title: str, points: list[Point], model: CostModel, rules: Rules) -> list[str]:
    """One table of Markdown: a row for each class."""
    rows = predicted(points, model, rules)
    names = ", ".join(sorted({point.app for point in points}))
    head = "class | sites | known sizes: median off | 90th percentile | bias | assumed sizes: median off"
    lines = [
        f"**{title}** ({names}):",
        "",
        f"| {head} | 90th percentile | bias | above 40,000 | meets the goal |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for name in sorted({point.cost_class for point in points}):
        of_class = [row for row in rows if row.point.cost_class == name]
        known, assumed = off(of_class), off_assumed(of_class)
        above = sum(row.point.ns / row.point.count > EXPENSIVE_THRESHOLD for row in of_class) / len(of_class)
        figures = [f"{known.median:.2f}", f"{known.p90:.2f}", f"{known.bias:.2f}"] if known.samples else ["no size"] * 3
        figures += [f"{assumed.median:.2f}", f"{assumed.p90:.2f}", f"{assumed.bias:.2f}", f"{above:.0%}"]
        lines.append(f"| {name} | {len(of_class)} | {' | '.join(figures)} | {'yes' if known.calibrated else 'no'} |")
    return [*lines, ""]


def by_kind(points: list[Point], model: CostModel, rules: Rules) -> list[str]:
    """The kinds of work, over all applications."""
    groups: dict[tuple[str, str], list[Predicted]] = defaultdict(list)
    for row in predicted(points, model, rules):
        groups[row.point.cost_class, rules.kind(row.point.callee, row.point.cost_class)].append(row)
    lines = [
        "| class | kind | sites | median off | 90th percentile | bias | callees |",
        "|---|---|--:|--:|--:|--:|---|",
    ]
    for (name, kind), rows in sorted(groups.items()):
        found = off(rows)
        callees = ", ".join(f"`{callee}`" for callee in sorted({row.point.callee for row in rows})[:4])
        figures = f"{found.median:.2f} | {found.p90:.2f} | {found.bias:.2f}"
        lines.append(f"| {name} | {kind or '-'} | {len(rows)} | {figures} | {callees} |")
    return [*lines, ""]


def report(options: argparse.Namespace) -> None:
    """Prints all tables."""
    model = load_model(options.model)
    rules = load_rules(model.classes)
    points = [p for p in read_points(options.points) if p.direct or options.libraries]
    fresh = [p for p in read_points(options.fresh) if p.direct or options.libraries] if options.fresh else []
    development, held_out = halves(points)
    lines: list[str] = []
    for title, rows in (("Development", development), ("Held out", held_out), ("Fresh", fresh)):
        if rows:
            lines += table(title, rows, model, rules)
    lines += table("All", [*points, *fresh], model, rules)
    lines += by_kind([*points, *fresh], model, rules)
    print("\n".join(lines))


def choose(options: argparse.Namespace) -> None:
    """Prints what each level of cold would be off by on the development half."""
    development, _ = halves(p for p in read_points(options.points) if p.direct or options.libraries)
    print("| walked through before each call | class | sites | median off | 90th percentile | bias |")
    print("|---|---|--:|--:|--:|--:|")
    for name in LEVELS:
        model = calibrated_model(fit(measure(level=name)))
        rows = predicted(development, model, load_rules(model.classes))
        for cost_class in sorted({row.point.cost_class for row in rows}):
            found = off(row for row in rows if row.point.cost_class == cost_class)
            print(
                f"| {name} | {cost_class} | {found.samples} | {found.median:.2f} | {found.p90:.2f} | {found.bias:.2f} |"
            )
        found = off(rows)
        print(
            f"| {name} | all | {found.samples} | {found.median:.2f} | {found.p90:.2f} | {found.bias:.2f} |", flush=True
        )


def read_points(path: Path) -> list[Point]:
    """What `record` wrote, without lazy calls."""
    points = [Point(**row) for row in json.loads(path.read_text("utf-8"))]
    return [point for point in points if point.callee not in LAZY]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("record", "report", "choose"))
    parser.add_argument("--scenarios", type=Path)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--points", type=Path, required=True)
    parser.add_argument("--fresh", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="reference")
    parser.add_argument("--libraries", action="store_true", help="also ops that a library executed")
    options = parser.parse_args()
    if options.what != "record":
        {"report": report, "choose": choose}[options.what](options)
        return
    options.python = ""
    with tempfile.TemporaryDirectory(prefix="code-path-audit-") as folder, server(options):
        points = recorded_points(options, Path(os.path.realpath(folder)))
    options.points.write_text(json.dumps([point._asdict() for point in points], indent=0), "utf-8")


if __name__ == "__main__":
    main()
