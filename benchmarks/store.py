"""How fast the store is: opened with 5,000 entries of 12 kB, asked for some, for all, written, added to.

python -m benchmarks.store [--entries 5000] [--size 12288] [--markdown]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from benchmarks.documents import rewrite
from benchmarks.speed_commands import ROOT, environment
from code_path_audit.store.pack import Store, digest, open_store

PAGE = ROOT / "docs" / "performance.md"
NOW = 1_700_000_000.0
REPEATS = 9


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that something takes: the median of several times."""
    times = []
    for _ in range(REPEATS):
        begin = perf_counter()
        work()
        times.append((perf_counter() - begin) * 1000)
    return median(times)


def keys(count: int) -> list[bytes]:
    """That many keys."""
    return [digest("benchmark", b"%d" % number) for number in range(count)]


def all_of(store: Store, wanted: list[bytes]) -> Store:
    """Gets entries that are there."""
    for key in wanted:
        if store.get(key) is None:
            raise SystemExit("an entry is lost")
    return store


def figures(folder: Path, entries: int, size: int) -> list[tuple[str, float]]:
    """What is measured, each in milliseconds."""
    noise = Random(1)
    wanted = keys(entries)
    data = [noise.randbytes(size) for _ in wanted]

    def write(where: str) -> None:
        store = open_store(where, NOW)
        for key, one in zip(wanted, data, strict=True):
            store.put(key, one)
        store.commit()

    def written_anew() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as where:
            write(where)

    where = str(folder / "store")
    write(where)
    some = noise.sample(wanted, min(100, entries))
    rows = [("open, and get one", timed(lambda: all_of(open_store(where, NOW), wanted[:1])))]
    rows.append((f"open, and get {len(some)}", timed(lambda: all_of(open_store(where, NOW), some))))
    rows.append((f"open, and get all {entries:,}", timed(lambda: all_of(open_store(where, NOW), wanted))))
    added = iter(range(1 << 20))

    def add() -> None:
        store = open_store(where, NOW)
        store.put(digest("more", b"%d" % next(added)), data[0])
        store.commit()

    rows.append(("open, put one, and commit", timed(add)))
    rows.append((f"put {entries:,} into an empty store, and commit", timed(written_anew)))
    code = (
        "from time import perf_counter; begin = perf_counter(); import code_path_audit.store.pack;"
        "print((perf_counter() - begin) * 1000)"
    )
    env = environment(folder)
    times = [float(subprocess.check_output([sys.executable, "-c", code], env=env)) for _ in range(REPEATS)]
    rows.append(("import it", median(times)))
    return rows


def table(rows: list[tuple[str, float]]) -> str:
    """As Markdown."""
    return "\n".join(["| what | ms |", "|---|---:|", *(f"| {what} | {time:.2f} |" for what, time in rows)])


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=5000)
    parser.add_argument("--size", type=int, default=12_288)
    parser.add_argument("--markdown", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = table(figures(Path(folder), options.entries, options.size))
    print(found)
    if options.markdown:
        rewrite(PAGE, {"store": found})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
