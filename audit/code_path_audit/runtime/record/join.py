"""Raw recordings to observations: what ran at a place of the file is what ran at a call site of the facts.

A call ends where no other call ends, so the end of an instruction's position names its site, whichever line it began
on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.program.model import Program
from code_path_audit.runtime.observations import (
    EdgeObservation,
    GcObservation,
    ImportObservation,
    LoopObservation,
    Observations,
    OpObservation,
    RunObservation,
    histogram,
    log2,
    step,
)  # fmt: skip
from code_path_audit.runtime.record.loops import JoinedLoop, loops_of
from code_path_audit.runtime.record.raw import Code, Position, RawEdge, RawOp, Recording, Sample

FOLDED = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>"})


class StaticOp(NamedTuple):
    """An op that the audit found, as far as joining needs it: see `costs.model.ExpensiveOp`."""

    function: str
    site: int
    callee: str
    ordinal: int


class JoinedOp(NamedTuple):
    """A recorded op at its call site; `trips` is how often it ran for each start of its function, None where
    unknown."""

    file: str
    function: str
    site: int
    callee: str
    ordinal: int
    cost_class: str
    direct: bool
    hits: int
    trips: float | None
    samples: tuple[Sample, ...]


class JoinedEdge(NamedTuple):
    """A recorded call between two functions of the project; `site` -1 where it began in no call that is written."""

    file: str
    caller: str
    site: int
    callee: str
    direct: bool
    hits: int


class Lost(NamedTuple):
    """A recorded place that joins no call site: `kind` is "op" (then it is left out) or "edge" (kept, without a site),
    `callee` what was called there, `reason` one of `REASONS`."""

    kind: str
    reason: str
    file: str
    function: str
    line: int
    callee: str
    hits: int


REASONS = {
    "file": "its file is no source of the project, or cannot be parsed",
    "function": "its function is not in the source: it was made while running",
    "position": "its code has no position",
    "truth": "an object is asked whether it is true, which is no call site",
    "site": "nothing is called there in the source",
}
"""Why a place joins no call site."""


class Joined(NamedTuple):
    """A recording at its call sites. `lost` is what could not be placed, sorted;
    `starts` says how often functions began, where that was counted."""

    ops: tuple[JoinedOp, ...]
    edges: tuple[JoinedEdge, ...]
    lost: tuple[Lost, ...] = ()
    loops: tuple[JoinedLoop, ...] = ()
    starts: tuple[tuple[str, int], ...] = ()

    def unjoined(self) -> tuple[tuple[str, str, int], ...]:
        """(kind, reason, places), sorted."""
        counts = Counter((lost.kind, REASONS[lost.reason]) for lost in self.lost)
        return tuple((*key, count) for key, count in sorted(counts.items()))


class Places:
    """The call sites of one program by where they end, and its functions by file and qualified name."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.sites: dict[tuple[str, int, int], list[tuple[str, int]]] = defaultdict(list)
        self.functions: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.paths = frozenset(program.paths.values())
        # a function may have another name than its module gives it: `main` of a package with a file main.py
        fqnames = {place: fqname for fqname, place in program.functions.items()}
        for module, facts in program.modules.items():
            path = program.paths[module]
            for index, function in enumerate(facts.functions):
                fqname = fqnames[module, index]
                self.functions[path, plain(function)].append(fqname)
                for site, (_, _, end_line, end_column) in enumerate(function.positions.sites):
                    self.sites[path, end_line, end_column].append((fqname, site))

    def site(self, code: Code, at: Position, named: str = "") -> tuple[str, int] | None:
        """(fqname, site) of an instruction. Where several sites end alike, a written call outranks what it implies.

        Before 3.13 an instruction that iterates, enters or leaves stands for its whole statement: what it iterates and
        the items of a `with` come first in that. `named` helps elsewhere: the one call of that name in the statement.
        """
        found = self.sites.get((code.path, at[2], at[3]), [])
        ranked = sorted(found, key=lambda pair: (self.kind(pair) != "call", pair[1]))
        # a statement may end where a call in it does; an instruction of the call itself begins inside of the call
        within = [pair for pair in ranked if self.start(pair) <= at[:2]]
        if within:
            return within[0]
        if at[0] < 0:
            return None
        inside = sorted(self.inside(code, at), key=self.start)
        what, _, number = at[4].partition(":")
        if what in ("iterate", "context"):
            implied = [pair for pair in inside if self.kind(pair) == what]
            return implied[int(number or 0)] if int(number or 0) < len(implied) else None
        if named:
            calls = [pair for pair in inside if self.kind(pair) == "call" and self.last_name(pair) == named]
            return calls[0] if len(calls) == 1 else None
        return None

    def why(self, code: Code, at: Position) -> str:
        """Why a place joins no call site: a key of `REASONS`."""
        if code.path not in self.paths:
            return "file"
        if self.function(code) is None:
            return "function"
        if at[2] < 0:
            return "position"
        return "truth" if at[4] == "truth" else "site"

    def inside(self, code: Code, at: Position) -> list[tuple[str, int]]:
        """The sites of a code object's function that lie within a position."""
        return [
            (fqname, site)
            for fqname in self.functions.get((code.path, fold(code.name)), ())
            for site, place in enumerate(self.program.facts(fqname).positions.sites)
            if at[:2] <= place[:2] and place[2:] <= at[2:4]
        ]

    def function(self, code: Code) -> str | None:
        """The fqname of a code object; where several share its name, the last that begins no later than it does, else
        the next."""
        candidates = self.functions.get((code.path, fold(code.name)), [])
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        # a code object begins at its first decorator, its facts may begin at `def`
        later = [name for name in candidates if self.program.facts(name).line >= code.line]
        return min(later, key=lambda name: self.program.facts(name).line) if later else candidates[-1]

    def kind(self, pair: tuple[str, int]) -> str:
        return self.program.facts(pair[0]).sites[pair[1]].kind

    def start(self, pair: tuple[str, int]) -> tuple[int, int]:
        return self.program.facts(pair[0]).positions.sites[pair[1]][:2]

    def last_name(self, pair: tuple[str, int]) -> str:
        return self.program.facts(pair[0]).sites[pair[1]].text.rpartition(".")[2]


def plain(function: FunctionFacts) -> str:
    """A function's name as its code object has it: lambdas without their number, redefinitions without theirs."""
    parts = function.name.split(".") if function.name else []
    return ".".join("<lambda>" if part.startswith("<lambda") else part.partition("#")[0] for part in parts)


def fold(name: str) -> str:
    """A code object's name without the comprehensions, which belong to the function around them."""
    return ".".join(part for part in name.split(".") if part not in FOLDED) if "<" in name else name


def join(recording: Recording, program: Program, static_ops: Iterable[StaticOp] = ()) -> Joined:
    """Place a recording on a program. Where the audit found an op at the site, it has its callee and its ordinal;
    another op is numbered among those recorded in the same function with the same callee, in the order of their
    sites."""
    places = Places(program)
    lost: list[Lost] = []
    starts: Counter[str] = Counter()
    for code, count in recording.starts:
        if code.name.rpartition(".")[2] not in FOLDED and count > 0:
            starts[places.function(code) or ""] += count
    ops = _join_ops(recording.ops, places, static_ops, starts, lost)
    edges = _join_edges(recording.edges, places, lost)
    loops = loops_of(ops, edges, starts, program)
    begun = tuple(sorted((name, count) for name, count in starts.items() if name))
    return Joined(ops, edges, tuple(sorted(lost)), loops, begun)


def _join_ops(
    raw: Iterable[RawOp],
    places: Places,
    static_ops: Iterable[StaticOp],
    starts: Mapping[str, int],
    lost: list[Lost],
) -> tuple[JoinedOp, ...]:
    static_ops = tuple(static_ops)
    known = {(op.function, op.site): op for op in static_ops}
    exact = {(op.function, op.site, op.callee): op for op in static_ops}
    merged: dict[tuple[str, int, str, str, bool], tuple[str, int, tuple[Sample, ...]]] = {}
    for op in raw:
        place = places.site(op.code, op.position, op.callee.rpartition(".")[2])
        if place is None:
            why = places.why(op.code, op.position)
            lost.append(Lost("op", why, op.code.path, op.code.name, op.position[0], op.callee, op.hits))
            continue
        static = exact.get((*place, op.callee)) or known.get(place)
        callee = static.callee if static is not None and op.direct else op.callee
        key = (*place, callee, op.cost_class, op.direct)
        path, count, samples = merged.get(key, (op.code.path, 0, ()))
        merged[key] = (path, count + op.hits, (*samples, *op.samples))
    ordinals: Counter[tuple[str, str, bool]] = Counter()
    rows = []
    for (function, site, callee, cost_class, direct), (path, count, samples) in sorted(merged.items()):
        static = exact.get((function, site, callee)) or (known.get((function, site)) if direct else None)
        if static is None:
            ordinals[function, callee, direct] += 1
        ordinal = static.ordinal if static is not None else ordinals[function, callee, direct]
        began = starts.get(function, 0)
        trips = count / began if began else None
        rows.append(
            JoinedOp(path, function, site, callee, ordinal, cost_class, direct, count, trips, tuple(sorted(samples)))
        )
    return tuple(rows)


def _join_edges(raw: Iterable[RawEdge], places: Places, lost: list[Lost]) -> tuple[JoinedEdge, ...]:
    merged: Counter[tuple[str, str, int, str, bool]] = Counter()
    for edge in raw:
        last = edge.callee.name.rpartition(".")[2]
        if last in FOLDED or (not edge.caller.path and edge.position[0] < 0):
            continue
        callee, caller = places.function(edge.callee), places.function(edge.caller)
        place = places.site(edge.caller, edge.position, last)
        if callee is None or place is None:
            why = places.why(edge.callee, edge.position) if callee is None else places.why(edge.caller, edge.position)
            where = edge.caller.path, edge.caller.name, edge.position[0]
            lost.append(Lost("edge", why, *where, edge.callee.name, edge.hits))
        if callee is None or caller is None:
            continue
        merged[edge.caller.path, *(place or (caller, -1)), callee, edge.direct] += edge.hits
    return tuple(JoinedEdge(*key, count) for key, count in sorted(merged.items()))


def op_edges(action: str, joined: Joined, program: Program, found: Iterable[StaticOp]) -> tuple[EdgeObservation, ...]:
    """The ops that ran at call sites where the audit found none, as calls of what they are of."""
    there = {(op.function, op.site) for op in found}
    calls = (JoinedEdge(op.file, op.function, op.site, op.callee, op.direct, op.hits) for op in joined.ops)
    return at_sites(action, program, (call for call in calls if (call.caller, call.site) not in there))


def at_sites(action: str, program: Program, calls: Iterable[JoinedEdge]) -> tuple[EdgeObservation, ...]:
    """Calls by what is written at their sites; those that began in no call that is written are left out."""
    counts: Counter[tuple[str, str, str, int, str, bool]] = Counter()
    for call in calls:
        if call.site >= 0:
            sites = program.facts(call.caller).sites
            text = sites[call.site].text
            ordinal = sum(site.text == text for site in sites[: call.site + 1])
            counts[call.file, call.caller, text, ordinal, call.callee, call.direct] += call.hits
    return tuple(EdgeObservation(action, *key, log2(count)) for key, count in sorted(counts.items()))


def observe(
    action: str,
    recording: Recording,
    joined: Joined,
    program: Program,
    known_edges: frozenset[tuple[str, str]] = frozenset(),
    entries: Collection[str] = (),
) -> Observations:
    """What is worth keeping of a joined recording. Edges in `known_edges` (caller, callee) are left out: the audit has
    them. The action ran as often as the least of its `entries` that began."""
    ops = tuple(
        OpObservation(
            action, op.file, op.function, op.callee, op.ordinal, op.cost_class, op.direct, log2(op.hits),
            histogram(size for size, _, _ in op.samples if size >= 0),
            histogram(ns for _, ns, _ in op.samples),
            histogram(away for _, _, away in op.samples if away),
            None if op.trips is None else step(op.trips),
        )
        for op in joined.ops
    )  # fmt: skip
    begun = {name for name, _ in joined.starts}
    # how the action came to begin is no part of it
    inside = (edge for edge in joined.edges if edge.callee not in entries or edge.caller in begun)
    edges = at_sites(action, program, (edge for edge in inside if (edge.caller, edge.callee) not in known_edges))
    by_module: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in recording.imports:
        by_module[row.code.path, row.module].append(row.ns)
    imports = tuple(
        ImportObservation(action, path, module, histogram(times)) for (path, module), times in sorted(by_module.items())
    )
    collections = tuple(
        GcObservation(action, generation, log2(runs), step(ns)) for generation, runs, ns in recording.collections
    )
    loops = tuple(
        LoopObservation(action, loop.file, loop.function, loop.loop + 1, step(loop.trips)) for loop in joined.loops
    )
    began = [count for name, count in joined.starts if name in entries]
    runs = (RunObservation(action, log2(min(began))),) if began else ()
    return Observations(ops, edges, imports, collections, loops, runs)
