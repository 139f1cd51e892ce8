"""What recording costs, and how well a cost model predicts: measured on real applications.

    python -m benchmarks.recording overhead --scenarios FILE --work DIR --only black,mkdocs [--python PATH] [--rounds N]
    python -m benchmarks.recording validate --scenarios FILE --work DIR [--model reference] [--only NAME,...]
    python -m benchmarks.recording joins --scenarios FILE --work DIR [--truth DIR] [--only NAME,...] [--verbose]
    python -m benchmarks.recording stability --scenarios FILE --work DIR [--only NAME,...]

DIR holds `venv/NAME` (where the application is installed) and `run/NAME` (where it runs); FILE says how: see
`benchmarks.applications`. Overhead is the median ratio of interleaved runs of whole processes, each pass against
the untouched run of its round, and the ratio of the least. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from benchmarks.applications import App, apps, server
from benchmarks.recorded import joins, stability
from code_path_audit.costs.model import EXPENSIVE_THRESHOLD, CostModel
from code_path_audit.costs.models import load_model
from code_path_audit.runtime.fit import errors
from code_path_audit.runtime.record.command import Request, agent_config, compile_agent, environment, record
from code_path_audit.runtime.record.raw import RawOp

LINE = "{:56} {:>5} {:>4} | {:>5} {:>6} {:>6} {:>5} | {:>7} {:>6} {:>5} | {:>5} {:>6} {:>6}"


def run_ns(app: App, work: Path, mode: str) -> tuple[int, int]:
    """(wall time, processor time) of one run of the whole process, untouched or with a pass of the recorder on."""
    env = app.env
    cwd = work / f"once-{app.name}"
    shutil.rmtree(cwd, ignore_errors=True)
    shutil.copytree(app.cwd, cwd, symlinks=True)
    roots = tuple(root._replace(folder=root.folder.replace(str(app.cwd), str(cwd))) for root in app.roots)
    if mode != "untouched":
        folder = work / "raw"
        folder.mkdir(exist_ok=True)
        compile_agent(work)
        config = work / f"config-{mode}"
        config.write_bytes(agent_config(Request(app.name, app.entries, roots, (), folder), mode, folder))
        env = environment(config, app.env)
    began, before = time.perf_counter_ns(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([app.python, *app.argv], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter_ns() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in app.ok:
        raise SystemExit(f"{app.name} ({mode}): exit {done.returncode}\n{done.stderr[-2000:]}")
    return wall, round((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e9)


def overhead(options: argparse.Namespace, work: Path) -> None:
    """Prints, for each application, the ratio of each pass to the untouched program."""
    python = subprocess.run(
        [options.python or sys.executable, "-V"], capture_output=True, text=True, check=True
    ).stdout.strip()
    print(f"{python}, {options.rounds} interleaved rounds; load of the machine {os.getloadavg()[0]:.1f}")
    for app in apps(options, work):
        times: dict[str, list[tuple[int, int]]] = {"untouched": [], "times": [], "edges": []}
        for mode in times:
            run_ns(app, work, mode)
        for _ in range(options.rounds):
            for mode, rows in times.items():
                rows.append(run_ns(app, work, mode))
        text = f"{app.name:8} untouched {statistics.median(wall for wall, _ in times['untouched']) / 1e6:5.0f} ms"
        for mode in ("times", "edges"):
            for which, name in enumerate(("wall", "processor")):
                base, run = [row[which] for row in times["untouched"]], [row[which] for row in times[mode]]
                # of each round against the untouched run beside it: the machine changes from minute to minute
                paired = statistics.median(ours / plain for ours, plain in zip(run, base, strict=True))
                text += f" | {mode} {name} {paired:.2f} (least {min(run) / min(base):.2f})"
        print(text, flush=True)


class Point(NamedTuple):
    """One op site of one application: median size, and the time of all its measured executions together."""

    app: str
    cost_class: str
    callee: str
    direct: bool
    size: int | None
    ns: int
    count: int  # type: ignore[assignment]


def points(app: App, ops: tuple[RawOp, ...]) -> list[Point]:
    """Sites with what the model predicts of them: the sum of n executions, the first one cold."""
    found = []
    for op in ops:
        if op.samples:
            sizes = [size for size, _, _ in op.samples if size >= 0]
            size = round(statistics.median(sizes)) if sizes else None
            ns = sum(ns for _, ns, _ in op.samples)
            found.append(Point(app.name, op.cost_class, op.callee, op.direct, size, ns, len(op.samples)))
    return found


def validate(options: argparse.Namespace, work: Path) -> None:
    """Prints how far the model is off on the applications, by class, with known and with assumed sizes."""
    model = load_model(options.model)
    total: list[Point] = []
    for app in apps(options, work):
        request = Request(app.name, app.entries, app.roots, (app.python, *app.argv), work / "recordings", ("times",))
        with open(os.devnull, "wb") as quiet:
            saved = os.dup(1), os.dup(2)
            os.dup2(quiet.fileno(), 1)
            os.dup2(quiet.fileno(), 2)
            try:
                recorded = record(request, app.env, app.cwd)
            finally:
                os.dup2(saved[0], 1)
                os.dup2(saved[1], 2)
        rows = points(app, recorded.recording.ops)
        print(
            f"{app.name:14} {len(rows):3} op sites  {dict(Counter(row.cost_class for row in rows))}",
            *recorded.recording.problems,
        )
        total += rows
    report(total, model)


def predict(point: Point, size: float, model: CostModel) -> float:
    """What the model says of a site, for its measured number of executions."""
    row = model.classes[point.cost_class]
    return row.base + (point.count - 1) * row.warm_base + point.count * row.per_unit * size


def report(total: list[Point], model: CostModel) -> None:
    """A line for each class, and for each callee in it."""
    print(
        "off: max(p/m, m/p) as median and 90th percentile; bias: median of p/m; above: share of sites whose executions"
    )
    print("take more than the threshold on average; size: median; time: median of an execution")
    head = ("", "sites", "apps", "known", "off", "p90", "bias", "assumed", "p90", "bias", "above", "size", "us")
    print(LINE.format(*head))
    groups: dict[str, list[Point]] = defaultdict(list)
    for point in total:
        for name in (point.cost_class, f"{point.cost_class}: {point.callee}"):
            groups[name].append(point)
        if point.direct:
            groups[f"{point.cost_class} (called by the application)"].append(point)
    for name, rows in sorted(groups.items()):
        row = model.classes[rows[0].cost_class]
        sized = [point for point in rows if point.size is not None]
        known = errors([predict(p, p.size or 0, model) for p in sized], [p.ns for p in sized])
        assumed = errors([predict(p, row.assumed_size, model) for p in rows], [p.ns for p in rows])
        each = [p.ns / p.count for p in rows]
        above = sum(ns > EXPENSIVE_THRESHOLD for ns in each) / len(rows)
        size = f"{statistics.median(p.size or 0 for p in sized):.0f}" if sized else "-"
        figures = [f"{value:.2f}" for value in (*known[1:], *assumed[1:])]
        time_us = f"{statistics.median(each) / 1000:.0f}"
        apps_seen = len({p.app for p in rows})
        print(LINE.format(name, len(rows), apps_seen, known.samples, *figures, f"{above:.0%}", size, time_us))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("overhead", "validate", "joins", "stability"))
    parser.add_argument("--scenarios", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--python", default="")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--model", default="reference")
    parser.add_argument("--truth", type=Path, help="a folder of NAME.json.gz: what another recorder saw")
    parser.add_argument("--verbose", action="store_true", help="also print what joins nothing, and differing edges")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="code-path-audit-") as folder:
        run = {"overhead": overhead, "validate": validate, "joins": joins, "stability": stability}[options.what]
        with server(options):
            run(options, Path(os.path.realpath(folder)))


if __name__ == "__main__":
    main()
