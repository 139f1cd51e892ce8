"""Reading 20,000 files here, in two processes, and through a local Dask cluster of two workers.

    python -m benchmarks.distributed [--files 20000] [--megabytes 60] [--repeats 3] [--markdown]

Needs the extra `distributed`. The files are those of the generated tree, read before; each way in turn, wall-clock
time, medians; every way must give the same bytes. The cluster's workers are processes of this machine: the figures say
what handing the work over costs, not what more machines gain.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from statistics import median
from typing import Any

from benchmarks.documents import rewrite
from benchmarks.generated_tree import source_tree
from benchmarks.speed_commands import ROOT
from code_path_audit.facts.workers import Result, extract_all
from code_path_audit.processes import cores

PAGE = ROOT / "docs" / "performance.md"
Rows = list[tuple[bytes, str, bool]]


def files(count: int, size: int) -> Rows:
    """Content, module name and whether it is a package, of every file."""
    rows = []
    for path, text in source_tree(count, size):
        name = path.removesuffix(".py").replace("/", ".")
        rows.append((text.encode(), name.removesuffix(".__init__"), name.endswith(".__init__")))
    return rows


def in_turn(ways: dict[str, Callable[[], list[Result]]], repeats: int) -> dict[str, float]:
    """Seconds of each way: the median. SystemExit where one gives other bytes than the first."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        first: list[Result] | None = None
        for name, way in ways.items():
            begin = time.perf_counter()
            found = way()
            seconds[name].append(time.perf_counter() - begin)
            first = found if first is None else first
            if found != first:
                raise SystemExit(f"{name}: other bytes than those of one process")
    return {name: median(values) for name, values in seconds.items()}


def measured(rows: Rows, repeats: int, executor: Executor) -> dict[str, float]:
    """Seconds of each way to read the files."""
    count = cores()
    ways: dict[str, Callable[[], list[Result]]] = {
        "one process": lambda: extract_all(rows, 1),
        f"{count} forked processes": lambda: extract_all(rows, count),
        "a Dask cluster of 2 workers": lambda: extract_all(rows, executor=executor),
    }
    return in_turn(ways, repeats)


@contextmanager
def two_workers() -> Iterator[tuple[Any, Any]]:
    """A cluster of this machine, and a client of it."""
    distributed = import_module("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield cluster, client


def times_as_fast(what: str, seconds: Mapping[str, float]) -> str:
    """The ways to do something as a table, each beside the first of them."""
    alone = next(iter(seconds.values()))
    table = [f"| {what} by | seconds | times as fast |", "|---|---:|---:|"]
    table += [f"| {name} | {value:.1f} | {alone / value:.2f} |" for name, value in seconds.items()]
    return "\n".join(table)


def main() -> int:
    """Print the table, or write it into the document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--megabytes", type=float, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--markdown", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    rows = files(options.files, int(options.megabytes * 1e6))
    with two_workers() as (_, client):
        seconds = measured(rows, options.repeats, client.get_executor(pure=False))
    size = sum(len(row[0]) for row in rows) / 1e6
    table = times_as_fast(f"{len(rows):,} files, {size:.0f} MB, read", seconds)
    print(table)
    if options.markdown:
        rewrite(PAGE, {"distributed": table})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
