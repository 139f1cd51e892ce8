"""How right the call graph is, against what really ran in applications that nobody here wrote.

    python -m benchmarks.accuracy [--truth DIR] [--work DIR] [--only NAME,NAME]   the tables
    python -m benchmarks.accuracy --only NAME --top 10                            the misses, and why
    python -m benchmarks.accuracy --only NAME --worst 10                          where most is named in vain
    python -m benchmarks.accuracy --save OUT; ... --against OUT                   what a change gained and lost
    python -m benchmarks.accuracy --others --markdown                             the tables of docs/accuracy.md

The first run installs the applications, pinned, from the package registry; `--work` keeps them for the next one.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import documents, misses, others, scenarios, sites

if TYPE_CHECKING:
    from benchmarks.predict import Prediction

REPOSITORY = Path(__file__).resolve().parent.parent
HEADER = ("application", "functions", "direct edges", "indirect edges", "direct ops", "predicted / ran", "seconds")


class Row(NamedTuple):
    """One line of the table: (hit, of) pairs, `over` as (predicted, ran) functions. `seconds` is wall time."""

    name: str
    functions: tuple[int, int]
    direct: tuple[int, int]
    indirect: tuple[int, int]
    ops: tuple[int, int]
    over: tuple[int, int]
    seconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 0, or 1 where an application could not be traced, which counts as nothing found in it."""
    options = parse(argv)
    sys.setrecursionlimit(5000)
    rows = scenarios.rows(options.truth, options.only)
    scorer, at_sites = scenarios.borrowed(options.truth, "score"), scenarios.borrowed(options.truth, "sites")
    found_at: list[sites.Sites] = []
    places: list[sites.Place] = []
    tables: dict[str, list[Row]] = {}
    scores: list[tuple[str, Any]] = []
    failed = []
    print(line_of(HEADER), flush=True)
    for row in rows:
        try:
            scenario = scenarios.prepare(row, options.truth, options.work)
            score, prediction, truth = measure(scenario, scorer, options, tables)
            scores.append((scenario.name, score))
            row_at, places_at = sites.measured(scenario.name, at_sites, truth, prediction)
            found_at.append(row_at)
            places += places_at
        except Exception:  # one application must not hide the others' results; the table says that it failed
            failed.append(row["name"])
            traceback.print_exc()
            recorded = scorer.load(options.truth / "recorded" / f"{row['name']}.json.gz")
            nothing = row_of(f"{row['name']} FAILED", scorer.Score(recorded, {}), 0.0)
            tables.setdefault("code-path-audit", []).append(nothing)
            found_at.append(sites.nothing(f"{row['name']} FAILED", at_sites, recorded))
            print(line_of(cells(tables["code-path-audit"][-1])), flush=True)
    ours = tables.get("code-path-audit", [])
    if len(ours) > 1:
        print(line_of(cells(pooled(ours))))
    print("\n" + line_of(sites.HEADER))
    for found in [*found_at, *([sites.pooled(found_at)] if len(found_at) > 1 else [])]:
        print(line_of(sites.cells(found)))
    for place in sorted(places, reverse=True)[: options.worst]:
        print(sites.told(place))
    for tool, others_found in tables.items():
        if tool != "code-path-audit":
            print(f"\n{tool}\n" + "\n".join(line_of(cells(row)) for row in [*others_found, pooled(others_found)]))
    if options.top and len(scores) > 1:
        print("\n".join(misses.pooled_reasons(scores, options.top)))
    if options.json:
        Path(options.json).write_text(json.dumps(as_json(tables), indent=1) + "\n", encoding="utf-8")
    if options.markdown:
        texts = {f"accuracy {tool}": "\n".join(markdown(found)) for tool, found in tables.items()}
        texts["accuracy sites"] = "\n".join(sites.markdown(found_at))
        documents.rewrite(REPOSITORY / "docs" / "accuracy.md", texts)
    return 1 if failed else 0


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The options; paths are absolute."""
    words = argparse.ArgumentParser(prog="benchmarks.accuracy", description=(__doc__ or "").partition("\n")[0])
    truth, work = REPOSITORY.parent / "shared" / "truth", REPOSITORY / "build" / "truth"
    words.add_argument("--truth", type=Path, default=truth, help="scenarios, locks, recordings, scorer")
    words.add_argument("--work", type=Path, default=work, help="where the applications are, or go")
    words.add_argument("--only", default="", metavar="NAME,NAME", help="some applications")
    words.add_argument("--top", type=int, default=0, metavar="N", help="N misses of each reason, in full")
    words.add_argument("--worst", type=int, default=0, metavar="N", help="N lines where most is named in vain")
    words.add_argument("--save", type=Path, metavar="DIR", help="keep each prediction as DIR/NAME.json")
    words.add_argument("--against", type=Path, metavar="DIR", help="compare with predictions kept by --save")
    words.add_argument("--others", action="store_true", help="pyan3 and PyCG on the same input (installs them)")
    words.add_argument("--seconds", type=int, default=120, metavar="N", help="give up on an application after that")
    words.add_argument("--json", metavar="FILE", help="write the tables as JSON too")
    words.add_argument("--markdown", action="store_true", help="rewrite the tables in docs/accuracy.md")
    options = words.parse_args(argv)
    options.truth, options.work = options.truth.resolve(), options.work.resolve()
    if not (options.truth / "scenarios.toml").is_file():
        words.error(f"no scenarios.toml in {options.truth}; name the truth folder with --truth")
    options.work.mkdir(parents=True, exist_ok=True)
    return options


class OutOfTime(Exception):
    """A trace took too long. (No TimeoutError: that is an OSError, which who reads files may take for his own.)"""


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """OutOfTime in the body after so many seconds: a solver that runs away must not take the table with it."""

    def stop(signum: int, frame: object) -> None:
        raise OutOfTime(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def measure(
    scenario: scenarios.Scenario, scorer: Any, options: argparse.Namespace, tables: dict[str, list[Row]]
) -> tuple[Any, Prediction, dict[str, Any]]:
    """Traces and scores one application; prints its row, and whatever else was asked for. Score, prediction, truth."""
    from benchmarks.predict import predict

    truth = json.loads(gzip.decompress(scenario.truth.read_bytes()))
    with at_most(options.seconds):
        prediction = predict(scenario)
    score = scorer.Score(truth, prediction.data)
    row = row_of(scenario.name, score, prediction.seconds)
    tables.setdefault("code-path-audit", []).append(row)
    print(line_of(cells(row)), flush=True)
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
        (options.save / f"{scenario.name}.json").write_text(json.dumps(prediction.data, indent=1), encoding="utf-8")
    if options.against and (options.against / f"{scenario.name}.json").is_file():
        before = json.loads((options.against / f"{scenario.name}.json").read_text(encoding="utf-8"))
        print("\n".join(changes(scorer.Score(truth, before), score)))
    if options.top:
        print("\n".join(misses.report(misses.Lens(prediction, score, truth), scorer.reason, options.top)))
    if options.others:
        for tool, run in others.TOOLS.items():
            data, seconds = run(scenario, options.work)
            tables.setdefault(tool, []).append(row_of(scenario.name, scorer.Score(truth, data), seconds))
    return score, prediction, truth


def row_of(name: str, score: Any, seconds: float) -> Row:
    """The table's row of one Score."""
    table = score.table()
    direct = table["direct ops"].get("all", {"line": {"hit": 0, "of": 0}})["line"]
    pair = [(table[key]["hit"], table[key]["of"]) for key in ("functions", "direct", "indirect")]
    over = (table["predicted functions"], len(score.functions))
    return Row(name, pair[0], pair[1], pair[2], (direct["hit"], direct["of"]), over, seconds)


def pooled(rows: Sequence[Row]) -> Row:
    """All rows as one: hits and totals added up."""

    def added(pick: Callable[[Row], tuple[int, int]]) -> tuple[int, int]:
        return sum(pick(row)[0] for row in rows), sum(pick(row)[1] for row in rows)

    return Row(
        "pooled",
        added(lambda row: row.functions),
        added(lambda row: row.direct),
        added(lambda row: row.indirect),
        added(lambda row: row.ops),
        added(lambda row: row.over),
        sum(row.seconds for row in rows),
    )


def cells(row: Row) -> tuple[str, ...]:
    """A row as text: shares with their counts, over-approximation as a ratio."""
    pairs = (row.functions, row.direct, row.indirect, row.ops)
    shares = [f"{hit / of:.3f} ({hit}/{of})" if of else "-" for hit, of in pairs]
    predicted, ran = row.over
    return row.name, *shares, f"{predicted / max(1, ran):.2f}", f"{row.seconds:.1f}"


def line_of(texts: Iterable[str]) -> str:
    """One line of the table for a terminal."""
    name, *rest = texts
    return f"{name:20}" + "".join(f"{text:>18}" for text in rest)


def markdown(rows: Sequence[Row]) -> Iterator[str]:
    """A tool's table for docs/accuracy.md, the pooled row last."""
    yield "| " + " | ".join(HEADER) + " |"
    yield "|---|" + "---:|" * (len(HEADER) - 1)
    for row in [*rows, pooled(rows)]:
        yield "| " + " | ".join(cells(row)) + " |"


def changes(before: Any, after: Any) -> Iterator[str]:
    """What a prediction has that an older one had not, and the reverse, among what ran."""
    had, has = before.edges.keys() - before.missed.keys(), after.edges.keys() - after.missed.keys()
    new, old, lost = after.found - before.found, before.found - after.found, had - has
    yield (
        f"    functions found {len(new)}, lost {len(old)}; edges found {len(has - had)}, lost {len(lost)}; "
        f"predicted {len(before.predicted)} -> {len(after.predicted)}"
    )
    for name in sorted(old)[:20]:
        yield f"    LOST  {name}"
    for caller, callee in sorted(lost)[:20]:
        edge = after.edges[caller, callee]
        yield f"    LOST  {caller}:{edge['line']} -> {callee}  [{edge['kind']} {edge['via']}]"


def as_json(tables: dict[str, list[Row]]) -> dict[str, list[dict[str, Any]]]:
    """All tables as plain data, by tool."""
    return {tool: [row._asdict() for row in [*rows, pooled(rows)]] for tool, rows in tables.items()}


if __name__ == "__main__":
    sys.exit(main())
