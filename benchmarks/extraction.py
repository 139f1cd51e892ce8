"""How long reading files takes, stage by stage, as ratios to bare `ast.parse` of the same files in the same run.

    python -m benchmarks.extraction FOLDER [--repeats 5]

All stages in turn, as often as asked; the figures are medians, of wall-clock time, with the garbage collector off. The
files are read before. `read all` is the price of an analysis that reaches every function.
"""

from __future__ import annotations

import argparse
import ast
import gc
import resource
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

from code_path_audit.facts.codec import encode, extract_bytes, open_facts
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.workers import Broken, extract_all
from code_path_audit.processes import cores

Rows = list[tuple[bytes, str, bool]]


def sources(folder: Path) -> Rows:
    """Every file that parses, with a module name and whether it is a package."""
    rows: Rows = []
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        row = (path.read_bytes(), name, path.name == "__init__.py")
        try:
            extract_module(*row)
        except Unparsable:
            continue
        rows.append(row)
    return rows


def bare(rows: Rows) -> None:
    """`ast.parse`; no tree is kept."""
    for data, _, _ in rows:
        ast.parse(data)


def read(opened: list[ModuleFacts]) -> list[ModuleFacts]:
    """Every body of every module."""
    for facts in opened:
        for function in facts.functions:
            function.code  # noqa: B018
    return opened


def stages(rows: Rows) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    stored = [row for row in extract_all(rows, 1) if not isinstance(row, Broken)]
    kept = [encode(facts, as_read=True) for facts in read(list(map(open_facts, stored)))]
    count = cores()
    return {
        "ast.parse": lambda: bare(rows),
        "parse and extract": lambda: [extract_module(*row).module for row in rows],
        "parse, extract and encode": lambda: [extract_bytes(*row) for row in rows],
        f"the same, {count} processes": lambda: extract_all(rows, count),
        "open all": lambda: [open_facts(data) for data in stored],
        "open all, strings too": lambda: [open_facts(data).strings for data in stored],
        "open all, digests too": lambda: [open_facts(data).digests for data in stored],
        "open, read all from text": lambda: read([open_facts(data) for data in stored]),
        "open, read all from facts": lambda: read([open_facts(data) for data in kept]),
    }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    gc.disable()
    rows = sources(arguments.folder)
    table = stages(rows)
    seconds: dict[str, list[float]] = {name: [] for name in table}
    for _ in range(arguments.repeats):
        for name, stage in table.items():
            begin = time.perf_counter()
            stage()
            seconds[name].append(time.perf_counter() - begin)
            gc.collect()
    base = median(seconds["ast.parse"])
    print(f"{len(rows)} files, {sum(len(row[0]) for row in rows) / 1e6:.1f} MB")
    for name, values in seconds.items():
        print(f"{name:28} {median(values) * 1e3:9.0f} ms {median(values) / base:7.3f}")
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (facts of all bodies at once)"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
