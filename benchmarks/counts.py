"""How often ops run and what they take, predicted against recorded, on real applications.

    python -m benchmarks.counts --scenarios FILE --work DIR [--recordings DIR] [--rounds 3]
        [--only NAME,...] [--far N] [--json FILE] [--markdown]

Each application is recorded as `code-path-audit record` does it (scenarios and DIR are those of
`benchmarks.applications`), and traced from its entry points without the recording. Of every op that both have:

- its count: the terms of how often it runs, with the rounds that its loops and recursions were seen to have put in,
  against how often it ran. A loop that was not seen to run has none; but where that leaves no term it has one round,
  since of two alternatives the terms have the one with more loops. A function that keeps its results was asked for so
  many things as its body was seen to run; what each object keeps is made once for each that was seen to be made; what
  an `if` keeps by a key, for one;
- its load: its weight by the trace alone, with assumed sizes and bounds, against what its executions took.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import documents
from benchmarks.applications import App, apps, server
from benchmarks.recorded import record_app
from benchmarks.validation import LAZY
from code_path_audit import pipeline
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.config import default_config
from code_path_audit.costs.operations import find_ops
from code_path_audit.facts.rows import Arm
from code_path_audit.profiles.runs.graph import strong_components
from code_path_audit.profiles.runs.plan import Counting
from code_path_audit.profiles.runs.standing import standing
from code_path_audit.profiles.runs.terms import SELDOM_OTHERS, LoopName, PlainRuns
from code_path_audit.profiles.trace import weigh
from code_path_audit.program.model import Program
from code_path_audit.reports.figures import is_past_figures
from code_path_audit.reports.text import duration
from code_path_audit.runtime.record.join import Joined, StaticOp, join
from code_path_audit.runtime.record.raw import Recording

PAGE = Path(__file__).resolve().parent.parent / "docs" / "accuracy.md"


class Row(NamedTuple):
    """One op that was predicted and ran. Counts and nanoseconds are of one run of the action."""

    app: str
    function: str
    callee: str
    cost_class: str
    counted: float
    ran: float
    weight: int
    took: float
    how_often: str
    is_told: bool


def recorded(app: App, work: Path, kept: Path | None, rounds: int) -> list[Recording]:
    """So many recordings of an application, those of an earlier time if they were kept."""
    path = None if kept is None else kept / f"{app.name}.pickle"
    if path is not None and path.exists():
        found: list[Recording] = pickle.loads(path.read_bytes())
        return found
    recordings = [record_app(app, work)[0] for _ in range(rounds)]
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(recordings))
    return recordings


def compared(app: App, recordings: Sequence[Recording]) -> list[Row]:
    """The ops of an application that were predicted and ran: as often as in the first recording, in the median time of
    all (a machine with other work takes ten milliseconds now and then)."""
    config = default_config(Path("."))
    folders = tuple(dict.fromkeys(root.folder.lstrip("/") for root in app.roots))
    program = pipeline.load_sources(Path("/"), folders, tuple(root.package for root in app.roots))
    graph = pipeline.solve(program, app.entries)
    costs = pipeline.costs_of(config)
    ops = find_ops(program, graph, costs.model, costs.rules)
    told = weigh(program, graph, ops, (), costs.model, app.entries).ops
    apart = graph._replace(loop_names=names_by_place(program, graph))
    weighed = weigh(program, apart, ops, (), costs.model, app.entries)
    terms = {op.id: op.runs for op in weighed.ops}
    home, static = at_home(program, app), [StaticOp(op.function, op.site, op.callee, op.ordinal) for op in ops]
    joined, *others = [join(recording, home, static) for recording in recordings]
    took_each = times_of([joined, *others])
    rounds = measured_rounds(program, joined)
    starts = dict(joined.starts)
    # an entry point that calls itself began once for each call from outside
    times = [starts[name] / rounds.rounds.get(LoopName("cycle", name), 1.0) for name in app.entries if name in starts]
    began = max(1.0, min(times, default=1.0))
    each = {name: count / began for name, count in starts.items()}
    rounds.rounds.update(objects_made(weighed.counted.counting, each))
    rounds.rounds.update(asked_for(weighed.counted.counting, each))
    by_place = {(op.function, op.site): op for op in told}
    rows = []
    for found in joined.ops:
        op = by_place.get((found.function, found.site))
        if op is None or not found.direct or not found.samples or op.callee in LAZY:
            continue
        took = took_each[found.function, found.site] * found.hits / began
        own = standing(program.facts(op.function), apart, op.function, op.site).loops
        around = Counter(loop.name for loop in own if loop.name is not None)
        # it ran: where all of its terms have a loop that did not, one stands for an alternative that has fewer
        count = evaluated(terms[op.id], rounds, around) or evaluated(terms[op.id], rounds, around, 1.0)
        ran = found.hits / began
        rows.append(
            Row(
                app.name,
                op.function,
                op.callee,
                op.base_class,
                count,
                ran,
                op.weight,
                took,
                op.how_often,
                not is_past_figures(op),
            )
        )
    return rows


def times_of(recordings: Iterable[Joined]) -> dict[tuple[str, int], float]:
    """What one execution took at each site, in nanoseconds: the median of the means of the recordings."""
    means: dict[tuple[str, int], list[float]] = {}
    for joined in recordings:
        for op in joined.ops:
            if op.direct and op.samples:
                means.setdefault((op.function, op.site), []).append(statistics.mean(ns for _, ns, _ in op.samples))
    return {place: statistics.median(found) for place, found in means.items()}


def names_by_place(program: Program, graph: SolvedGraph) -> Mapping[tuple[str, int], str]:
    """A name of its own for every loop, so that no two are one variable."""
    return {
        (name, index): f"{index} in {name}"
        for name in graph.functions
        for index in range(len(program.facts(name).loops))
    }


def at_home(program: Program, app: App) -> Program:
    """The program with the paths of its files as a recording has them: from the source root on."""
    folders = [f"{root.folder.lstrip('/')}/" for root in app.roots]
    paths = {
        module: next((path[len(folder) :] for folder in folders if path.startswith(folder)), path)
        for module, path in program.paths.items()
    }
    return program._replace(paths=paths)


class Measured(NamedTuple):
    """`rounds` of each loop for each time that it begins, and of each recursion for each call from outside of it; which
    functions call one another in a cycle with each."""

    rounds: dict[LoopName, float]
    cycles: Mapping[str, frozenset[str]]


def measured_rounds(program: Program, joined: Joined) -> Measured:
    """What a recording says of loops and recursions."""
    cycles: dict[str, frozenset[str]] = {}
    trips = {(loop.function, loop.loop): loop.trips for loop in joined.loops}
    found: dict[LoopName, float] = {}
    for (function, index), count in trips.items():
        parent = program.facts(function).loops[index].parent
        rounds = count / trips.get((function, parent), 1.0) if parent >= 0 else count
        found[LoopName("loop", f"{index} in {function}")] = found[LoopName("first", f"{index} in {function}")] = rounds
    starts = dict(joined.starts)
    callees: dict[str, list[str]] = {}
    for edge in joined.edges:
        callees.setdefault(edge.caller, []).append(edge.callee)
    for names in strong_components(sorted(callees), callees):
        inside = set(names)
        if len(names) > 1 or names[0] in callees.get(names[0], ()):
            entered = sum(edge.hits for edge in joined.edges if edge.callee in inside and edge.caller not in inside)
            for name in names:
                found[LoopName("cycle", name)] = starts.get(name, 0) / max(entered, 1)
                cycles[name] = frozenset(inside)
    return Measured(found, cycles)


def asked_for(counting: Counting, starts: Mapping[str, float]) -> dict[LoopName, float]:
    """Of how many things each function was asked that keeps its results: as often as its body began, where that is told
    as once for each; nothing where two have one name."""
    found: dict[LoopName, list[float]] = {}
    for name in counting.caches:
        terms = counting.plan.kept.get(name, ())
        if len(terms) == 1 and len(terms[0].loops) == 1 and terms[0].loops[0].kind == "distinct":
            found.setdefault(terms[0].loops[0], []).append(starts.get(name, 0.0) / terms[0].count)
    others = {loop for runs in counting.arms.values() for term in runs for loop in term.loops}
    return {loop: rows[0] for loop, rows in found.items() if len(rows) == 1 and rows[0] and loop not in others}


def objects_made(counting: Counting, starts: Mapping[str, float]) -> dict[LoopName, float]:
    """How many objects there were that each keep what a method makes, where that is told as once for each: as many as
    the constructor of its class began; nothing where two classes, or anything else, have one name."""
    facts = counting.reach.program.facts
    found: dict[LoopName, set[float]] = {}
    kept = [
        (name, number >= 0 and is_of_object(facts(name).arms[number]), runs)
        for (name, number), runs in counting.arms.items()
    ]
    kept += [(name, cache.how == "object", counting.plan.kept.get(name, ())) for name, cache in counting.caches.items()]
    for function, is_own, runs in kept:
        made = starts.get(f"{function.rpartition('.')[0]}.__init__", 0.0) if is_own else 0.0
        for loop in {loop for term in runs for loop in term.loops if loop.kind == "distinct"}:
            found.setdefault(loop, set()).add(made)
    return {loop: counts.pop() for loop, counts in found.items() if len(counts) == 1 and 0.0 not in counts}


def is_of_object(arm: Arm) -> bool:
    """Whether each object keeps what an arm of a method makes."""
    return arm.holder == 0 and not arm.per


def evaluated(runs: PlainRuns, measured: Measured, own: Mapping[LoopName, int], unseen: float = 0.0) -> float:
    """The number of runs with measured rounds; where it is not known for how many things a cache was asked, it is one.
    `own` are the loops around the op in its function; one that was not seen to run has `unseen` rounds."""
    total = 0.0
    for loops, count in runs:
        product = float(count)
        inside = frozenset().union(*(measured.cycles.get(name, ()) for kind, name in loops if kind == "cycle"))
        left = dict(own)
        for kind, name in loops:
            loop = LoopName(kind, name)
            if (kind == "first" and name.isdigit()) or kind == "others" or loop == SELDOM_OTHERS:
                continue
            if kind == "distinct":
                product *= measured.rounds.get(loop, 1.0)
                continue
            if left.get(loop):
                left[loop] -= 1
            elif kind != "cycle" and name.partition(" in ")[2] in inside:
                continue  # the rounds of the recursion are those that its loops make
            product *= measured.rounds.get(loop, 1.0 if kind == "cycle" else unseen)
        total += product
    return total


# the table


def within(one: float, other: float, times: float) -> bool:
    """Whether two figures are within so many times of each other; none at all is within no factor of some."""
    return min(one, other) > 0 and max(one, other) <= times * min(one, other)


def off(one: float, other: float) -> float:
    """How many times the larger is the smaller."""
    return max(one, other) / max(min(one, other), 1e-9)


HEADER = ("application", "ops", "counts within 2 times", "with a figure", "predicted load", "measured", "off by")


def table(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """A line for each application, and one for all."""
    by_app: dict[str, list[Row]] = {}
    for row in rows:
        by_app.setdefault(row.app, []).append(row)
    lines = []
    factors = []
    good = total = 0
    for name, found in by_app.items():
        close = sum(within(row.counted, row.ran, 2) for row in found)
        told = [row for row in found if row.is_told]
        predicted, measured = sum(row.weight for row in told), sum(row.took for row in told)
        good, total = good + close, total + len(found)
        factors.append(off(predicted, measured))
        shown = (duration(predicted), duration(round(measured)), f"{factors[-1]:.1f}")
        lines.append((name, str(len(found)), share_of(close, len(found)), str(len(told)), *shown))
    near = sum(factor <= 3 for factor in factors), sum(factor <= 10 for factor in factors)
    text = f"{near[0]} of {len(factors)} within 3, {near[1]} within 10"
    return [*lines, ("all", str(total), share_of(good, total), "", "", "", text)]


def share_of(part: int, whole: int) -> str:
    """ "0.812 (13/16)" """
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "-"


def markdown(lines: Iterable[tuple[str, ...]]) -> str:
    """The table of the page."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (HEADER, ("---", *["---:"] * 6), *lines))


def main() -> None:
    """Runs the command."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--scenarios", type=Path, required=True)
    words.add_argument("--work", type=Path, required=True)
    words.add_argument("--recordings", type=Path, help="keep recordings there, and use those that are there")
    words.add_argument("--only", default="")
    words.add_argument("--rounds", type=int, default=3, help="recordings of each, of whose times the median counts")
    words.add_argument("--far", type=int, default=0, metavar="N", help="also the N ops that are off the most")
    words.add_argument("--json", type=Path, help="write all rows there")
    words.add_argument("--markdown", action="store_true", help="rewrite the table in docs/accuracy.md")
    options = words.parse_args()
    options.what, options.python = "counts", ""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="code-path-audit-") as folder, server(options):
        work = Path(os.path.realpath(folder))
        for app in apps(options, work):
            rows += compared(app, recorded(app, work, options.recordings, options.rounds))
            if rows:
                print(*table(rows)[-2], sep="  ", flush=True)
    print(*table(rows)[-1], sep="  ")
    for row in sorted(rows, key=lambda row: -off(row.counted, row.ran))[: options.far]:
        print(f"{off(row.counted, row.ran):.3g}: {row.counted:.3g} counted, {row.ran:g} ran: {row}")
    told = [row for row in rows if row.is_told]
    for row in sorted(told, key=lambda row: -abs(row.weight - row.took))[: options.far]:
        print(f"{row.weight} predicted, {row.took:.0f} took: {row}")
    if options.json:
        options.json.write_text(json.dumps([row._asdict() for row in rows], indent=0), "utf-8")
    if options.markdown:
        documents.rewrite(PAGE, {"counts": markdown(table(rows))})


if __name__ == "__main__":
    main()
