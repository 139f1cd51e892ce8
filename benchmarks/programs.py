"""Precision and recall of the call graph over whole programs whose graph was made by hand: `tests/programs/`.

    python -m benchmarks.programs [NAME ...] [--quiet]

A program is a folder with `program.toml` (`about`, `entries`), `source/`, and `edges.tsv`: every edge between functions
of the source that some run from the entry points can take, "caller TAB callee TAB evidence", sorted. An edge counts
once, however many sites it has. Bodies of classes are no callees. `tests/callgraph/test_programs.py` proves graphs by
running.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from code_path_audit import pipeline
from code_path_audit.profiles.entry import resolve_entries

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "programs"
GUESSED = ("possible",)
"""The evidence of edges that are not told as facts, and do not count."""

Pair = tuple[str, str]


class Score(NamedTuple):
    """The graph of one program against the one made by hand."""

    name: str
    hits: int
    false: tuple[Pair, ...]
    missed: tuple[Pair, ...]

    @property
    def precision(self) -> float:
        """The share of our edges that are right."""
        return self.hits / max(1, self.hits + len(self.false))

    @property
    def recall(self) -> float:
        """The share of the right edges that are ours."""
        return self.hits / max(1, self.hits + len(self.missed))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 0 whatever the figures are, 2 where there is no such program."""
    words = argparse.ArgumentParser(prog="benchmarks.programs", description=(__doc__ or "").partition("\n")[0])
    words.add_argument("names", nargs="*", metavar="NAME", help="some programs")
    words.add_argument("--quiet", action="store_true", help="the table alone, without the edges")
    options = words.parse_args(argv)
    if unknown := sorted({*options.names} - {*names()}):
        print(f"programs: no program {', '.join(unknown)} in {FOLDER}", file=sys.stderr)
        return 2
    scores = [score(name) for name in options.names or names()]
    print("\n".join(table(scores)))
    if not options.quiet:
        print("\n".join(row for one in scores for row in differences(one)))
    return 0


def names() -> list[str]:
    """The programs there are."""
    return sorted(path.parent.name for path in FOLDER.glob("*/program.toml"))


def entries(name: str) -> tuple[str, ...]:
    """The entry points of a program."""
    return tuple(tomllib.loads((FOLDER / name / "program.toml").read_text(encoding="utf-8"))["entries"])


def expected(name: str) -> dict[Pair, str]:
    """The graph made by hand: edges, with their evidence."""
    rows = (FOLDER / name / "edges.tsv").read_text(encoding="utf-8").splitlines()
    return {(caller, callee): evidence for caller, callee, evidence in (row.split("\t") for row in rows)}


def found(name: str) -> frozenset[Pair]:
    """The graph that the analysis makes: its certain and likely edges."""
    program = pipeline.load_sources(FOLDER / name / "source", (".",))
    graph = pipeline.solve(program, resolve_entries(program, entries(name)))
    return frozenset(
        (edge.caller, edge.callee)
        for edge in graph.edges
        if edge.evidence not in GUESSED and program.facts(edge.callee).kind != "class"
    )


def score(name: str) -> Score:
    """One program, judged."""
    right, ours = expected(name).keys(), found(name)
    return Score(name, len(ours & right), tuple(sorted(ours - right)), tuple(sorted(right - ours)))


def pooled(scores: Sequence[Score]) -> Score:
    """All edges of all programs as if they were of one."""
    false = tuple(edge for one in scores for edge in one.false)
    missed = tuple(edge for one in scores for edge in one.missed)
    return Score("all", sum(one.hits for one in scores), false, missed)


def table(scores: Sequence[Score]) -> Iterator[str]:
    """The table for a terminal."""
    yield f"{'program':12}{'edges':>7}{'false':>7}{'missed':>8}{'precision':>11}{'recall':>8}"
    for one in [*scores, pooled(scores)]:
        figures = f"{one.precision:11.2f}{one.recall:8.2f}"
        yield f"{one.name:12}{one.hits + len(one.missed):7}{len(one.false):7}{len(one.missed):8}{figures}"


def differences(one: Score) -> Iterator[str]:
    """What a graph has too little and too much, a line each."""
    if one.false or one.missed:
        yield f"\n{one.name}"
    yield from (f"  missed  {caller} -> {callee}" for caller, callee in one.missed)
    yield from (f"  false   {caller} -> {callee}" for caller, callee in one.false)


if __name__ == "__main__":
    sys.exit(main())
