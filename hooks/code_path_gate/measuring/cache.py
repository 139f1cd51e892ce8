"""Cached results, each with its dependencies.

A look-up has two steps: the key (the action, the configuration, the version of this program) leads to the questions
that were asked when the result was computed last; their answers, as they are now, lead to the result. So a change of
anything that was consulted misses, and a change of anything else hits. Another version of this program never hits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from code_path_audit.fingerprint import fingerprint
from code_path_audit.program.dependencies import Consulted, Ledger
from code_path_audit.program.files import Files
from code_path_audit.program.model import Program
from code_path_audit.program.verifying_trace import Nearby, VerifyingTrace
from code_path_audit.sources.data_files import FileSize
from code_path_gate import program_home
from code_path_gate.baseline.model import Baseline, BaselineOp, CostRow, MutationRow, UnresolvedRow
from code_path_gate.measuring.measured import Asked, Measured, asked_of
from code_path_gate.measuring.paths import Hop, Paths
from code_path_gate.measuring.shifted import Shifted, moved

if TYPE_CHECKING:
    from code_path_audit.callgraph.kept import Graphs

Measure = Callable[[Program, FileSize, "Graphs"], Measured]
"""Traces an action in a program, with the sizes of files by their path in the project, and the graphs that are kept."""


class Fresh(NamedTuple):
    """An action as measured just now, with what was consulted for it, and the files whose size was asked for; whether
    its graph was gone on from another state's."""

    made: Measured
    consulted: Consulted
    sizes: tuple[str, ...]
    resumed: bool = False


class Known(NamedTuple):
    """An action as it was measured, and what was asked for that."""

    measured: Measured
    asked: Asked


def known(files: Files, about: Iterable[object], size: FileSize) -> Known | None:
    """An action as it was measured before; None if that is not kept. `about` is all else that the result depends on."""
    found = VerifyingTrace("measured", files, _version(), about, size).get()
    made = None if found is None else _decoded(found.data)
    return None if found is None or made is None else Known(made, asked_of(found.consulted, found.sizes))


def near(
    files: Files, about: Iterable[object], size: FileSize, shifted: Callable[[Nearby], Shifted | None]
) -> Known | None:
    """An action as it was measured in another state, where `shifted` says that only numbers are others now."""
    for found in VerifyingTrace("measured", files, _version(), about, size).nearby():
        made = _decoded(found.data)
        by = None if made is None else shifted(found)
        if made is not None and by is not None:
            return Known(moved(made, by), asked_of(found.consulted, found.sizes))
    return None


def _version() -> bytes:
    return fingerprint(program_home()[0])


def fresh(files: Files, size: FileSize, measure: Measure, graphs: Graphs | None = None) -> Fresh:
    """An action, measured by `measure`; `graphs` are those of the files, if somebody has them already."""
    from code_path_audit.callgraph.kept import Graphs  # the whole solver: whoever finds what was kept needs none of it

    sizes: set[str] = set()

    def noted(path: str) -> int | None:
        sizes.add(path)
        return size(path)

    ledger = Ledger()
    graphs = (graphs or Graphs(files)).telling(ledger.add)
    made = measure(ledger.watch(files.program()), noted, graphs)
    return Fresh(made, ledger.consulted(), tuple(sorted(sizes)), graphs.resumed)


def keep(files: Files, about: Iterable[object], size: FileSize, found: Fresh) -> Known:
    """An action that was just measured; from now on it is known."""
    asked = asked_of(found.consulted, found.sizes)
    kept = VerifyingTrace("measured", files, _version(), about, size)
    data = _encoded(found.made)
    if _decoded(data) == found.made:
        kept.put(data, found.consulted, found.sizes)
    else:
        asked = asked._replace(everything=True)
    return Known(found.made, asked)


def names(files: Files, about: Iterable[object], find: Callable[[Program], frozenset[str]]) -> frozenset[str]:
    """A set of names that `find` finds in a program, if none is kept."""
    found = VerifyingTrace("names", files, _version(), about)
    before = found.get()
    kept = None if before is None else _loads(before.data)
    if isinstance(kept, list) and all(isinstance(name, str) for name in kept):
        return frozenset(kept)
    ledger = Ledger()
    made = find(ledger.watch(files.program()))
    found.put(_dumps(sorted(made)), ledger.consulted(), ())
    return made


# as bytes


def _encoded(made: Measured) -> bytes:
    # functions by number: most of an action is who calls whom, and names are long
    paths = made.paths
    asking = (function for rows in paths.asked.values() for function, _ in rows)
    names = dict.fromkeys([
        *made.calls, *(name for callees in made.calls.values() for name in callees), *paths.entries,
        *(hop.function for hop in paths.hops), *asking,
    ])  # fmt: skip
    number = {name: index for index, name in enumerate(names)}
    calls = [[number[name] for name in callees] for callees in made.calls.values()]
    hops = [[hop.before, number[hop.function], hop.site, hop.evidence, *hop.loops] for hop in paths.hops]
    asked = {op: [(number[function], site) for function, site in rows] for op, rows in paths.asked.items()}
    path_rows = [[number[name] for name in paths.entries], hops, paths.ends, asked]
    sites = {number[name]: rows for name, rows in made.sites.items()}
    doubtful, handed = (
        {number[name]: [number[callee] for callee in row] for name, row in rows.items()}
        for rows in (made.doubtful, made.handed)
    )
    return _dumps(
        [
            made.current, list(names), calls, made.threshold, path_rows, sites, made.calibrated, doubtful, handed,
            made.widened,
        ]
    )  # fmt: skip


def _decoded(data: bytes) -> Measured | None:
    try:
        baseline, names, callees, threshold, (entries, hops, ends, asked), rows, calibrated, *doubts, widened = _loads(
            data
        )
        action, analysis, model, costs, ops, accepted, unresolved, mutations = baseline
        if accepted:
            return None
        current = Baseline(
            action, analysis, model, tuple(CostRow(*row) for row in costs), tuple(BaselineOp(*row) for row in ops), (),
            tuple(UnresolvedRow(*row) for row in unresolved), tuple(MutationRow(*row) for row in mutations),
        )  # fmt: skip
        name = names.__getitem__
        calls = {name(index): tuple(map(name, row)) for index, row in enumerate(callees)}
        path_rows = tuple(Hop(row[0], name(row[1]), row[2], tuple(row[4:]), row[3]) for row in hops)
        sites = {name(int(number)): tuple(map(tuple, of)) for number, of in rows.items()}
        doubtful, handed = ({name(int(number)): tuple(map(name, of)) for number, of in row.items()} for row in doubts)
        asking = {op: tuple((name(function), site) for function, site in of) for op, of in asked.items()}
        paths = Paths(tuple(map(name, entries)), path_rows, ends, asking)
        return Measured(current, calls, threshold, paths, sites, bool(calibrated), doubtful, handed, tuple(widened))
    except (AttributeError, TypeError, ValueError, IndexError):
        return None


def _dumps(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _loads(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
