"""The call graph of each specimen in `specimens/`, edge by edge: what is not listed there is a failure too.

`expected.toml` has `about` (what the specimen shows), `entry` (the roots), and

    edges       "caller -> callee kind", with its evidence where that is not certain ("any": not what it is about)
    guesses     "caller -> callee kind": all calls that are only possible, of the functions that the edges reach
    externals   "caller -> dotted name": some of the calls that leave the source; others may be there
    unresolved  "caller reason": all that stays unresolved
    observed    "caller -> callee, text": calls that a recorded run is to have seen at the first site of that text,
                with ", library" where a library made them
    imports     whether what the roots' modules import at their top belongs to it (as for start-up)
    python      the lowest version whose syntax it is
    not_yet     why the graph is known to be wrong; such a specimen must fail

One solve for each of a hundred programs takes some seconds in all.

Running the body of a class is no call, so edges to one do not count; running a module's is one, of kind import.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from code_path_audit import pipeline
from code_path_audit.callgraph.model import EDGE_KINDS, EVIDENCE, UNRESOLVED_REASONS, SolvedGraph
from code_path_audit.program.model import Program
from code_path_audit.runtime.matching import placed
from code_path_audit.runtime.observations import EdgeObservation, Observations
from tests.conftest import SPECIMENS

Call = tuple[str, str, str]
"""(caller, callee, kind)."""


class Expected(NamedTuple):
    """One expected.toml. `edges` maps each call to its evidence or "any"."""

    entry: tuple[str, ...]
    edges: dict[Call, str]
    guesses: frozenset[Call]
    externals: frozenset[tuple[str, str]]
    unresolved: frozenset[tuple[str, str]]
    imports: bool
    python: tuple[int, ...]
    observed: tuple[EdgeObservation, ...]


def read_expected(text: str) -> Expected:
    """The file, checked: every kind, evidence and reason is one of the words of the model, no edge is there twice."""
    table: dict[str, Any] = tomllib.loads(text)
    assert table.keys() <= {
        "about",
        "entry",
        "edges",
        "guesses",
        "externals",
        "unresolved",
        "imports",
        "python",
        "not_yet",
        "observed",
    }
    assert table["about"].endswith(".")
    edges: dict[Call, str] = {}
    for row in table["edges"]:
        call, evidence = call_of(row)
        assert evidence in ("", "any", *EVIDENCE) and call not in edges, row
        edges[call] = evidence or "certain"
    guesses = [call_of(row)[0] for row in table.get("guesses", [])]
    assert len(set(guesses)) == len(guesses)
    externals = frozenset((row.split(" -> ")[0], row.split(" -> ")[1]) for row in table.get("externals", []))
    unresolved = frozenset((row.split(" ", 1)[0], row.split(" ", 1)[1]) for row in table.get("unresolved", []))
    assert all(reason in UNRESOLVED_REASONS for _, reason in unresolved)
    version = tuple(int(part) for part in table.get("python", "3.11").split("."))
    imports, observed = table.get("imports", False), tuple(map(observation, table.get("observed", [])))
    entry = tuple(table["entry"])
    return Expected(entry, edges, frozenset(guesses), externals, unresolved, imports, version, observed)


def call_of(row: str) -> tuple[Call, str]:
    """The call in a row, and what stands behind it."""
    caller, arrow, callee, kind, *more = row.split()
    assert arrow == "->" and kind in EDGE_KINDS, row
    return (caller, callee, kind), " ".join(more)


def observation(row: str) -> EdgeObservation:
    names, text, *library = row.split(", ")
    caller, callee = names.split(" -> ")
    return EdgeObservation("", "", caller, text, 1, callee, not library, 0)


def differences(expected: Expected, program: Program, graph: SolvedGraph) -> list[str]:
    """What a graph has too little and too much, a line each, with the place in the source."""
    rows = []
    found: dict[Call, set[str]] = {}
    for edge in (*graph.edges, *graph.guesses):
        if program.facts(edge.callee).kind == "class":
            continue
        key = (edge.caller, edge.callee, edge.kind)
        place = f"{program.path(edge.caller)}:{program.line(edge.caller, edge.site)}"
        if edge.evidence != "possible":
            found.setdefault(key, set()).add(edge.evidence)
            if key not in expected.edges:
                rows.append(f"false edge      {edge.caller} -> {edge.callee} {edge.kind} {edge.evidence}  ({place})")
        elif key not in expected.guesses:
            rows.append(f"false guess     {edge.caller} -> {edge.callee} {edge.kind}  ({place})")
    guessed = {(edge.caller, edge.callee, edge.kind) for edge in graph.guesses}
    for caller, callee, kind in sorted(expected.guesses - guessed):
        rows.append(f"missed guess    {caller} -> {callee} {kind}")
    named = {name for call in (*expected.edges, *expected.guesses) for name in call[:2]}
    rows += [f"no such name    {name}" for name in sorted(named - program.functions.keys())]
    for (caller, callee, kind), evidence in expected.edges.items():
        got = found.get((caller, callee, kind))
        if got is None:
            rows.append(f"missed edge     {caller} -> {callee} {kind}")
        elif evidence not in ("any", *got) or (evidence != "any" and len(got) > 1):
            rows.append(f"evidence        {caller} -> {callee} {kind}: {', '.join(sorted(got))}, not {evidence}")
    externals = {(call.caller, call.callee) for call in graph.externals}
    for caller, callee in sorted(expected.externals - externals):
        others = sorted(name for owner, name in externals if owner == caller)
        rows.append(f"missed external {caller} -> {callee} (there are {', '.join(others) or 'none'})")
    gaps = {(row.caller, row.reason): row.text for row in graph.unresolved}
    rows += [f"resolved        {caller}: {reason}" for caller, reason in sorted(expected.unresolved - gaps.keys())]
    for caller, reason in sorted(gaps.keys() - expected.unresolved):
        rows.append(f"unresolved      {caller}: {reason}, `{gaps[caller, reason]}`")
    return rows


FOLDERS = sorted(path.parent for path in SPECIMENS.glob("*/expected.toml"))


def row_of(folder: Path) -> Any:
    """A folder as a row of the test, marked where it is known to fail."""
    why = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8")).get("not_yet")
    return pytest.param(folder, id=folder.name, marks=pytest.mark.xfail(reason=why, strict=True) if why else ())


@pytest.mark.parametrize("folder", [row_of(folder) for folder in FOLDERS])
def test_specimen(folder: Path) -> None:
    expected = read_expected((folder / "expected.toml").read_text(encoding="utf-8"))
    if sys.version_info < expected.python:
        pytest.skip(f"syntax of Python {'.'.join(map(str, expected.python))}")
    program = pipeline.load_sources(folder, (".",))
    assert not program.skipped
    here = placed(Observations(edges=expected.observed), program)
    assert len(here.calls) == len(expected.observed)
    rows = differences(expected, program, pipeline.solve(program, expected.entry, expected.imports, here.calls))
    if rows:
        pytest.fail(f"{folder.name}\n  " + "\n  ".join(rows), pytrace=False)


def test_every_folder_is_a_specimen() -> None:
    folders = sorted(path.name for path in SPECIMENS.iterdir() if path.is_dir())
    assert folders == [path.name for path in FOLDERS]
    assert len(folders) > 90
