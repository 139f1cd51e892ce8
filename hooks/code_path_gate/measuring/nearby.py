"""Actions whose edits are of statements that stand alone: what was measured of them before holds, but for numbers.

What an action pays for, and along which paths, rests on the calls, loops, arms and state changes of what it reaches. An
edit that adds or takes away what nothing else can tell (`callgraph.standing_alone`), and what weighs nothing, leaves
all of these alone. What changes are the numbers of the call sites behind it, and the digest of the function's body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial

from code_path_audit.callgraph.kept import Problem, solved
from code_path_audit.callgraph.known_before import Known, plain_of
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.callgraph.standing_alone import NAME, alone, is_quiet, shifts
from code_path_audit.costs.mutations import find_mutations
from code_path_audit.costs.operations import find_ops
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.pipeline import Costs
from code_path_audit.program.files import Files
from code_path_audit.program.link import name_of
from code_path_audit.program.model import Program
from code_path_audit.program.stubs.queries import Stubs
from code_path_audit.program.verifying_trace import Nearby, facts_then
from code_path_gate.baseline.body import body_digest
from code_path_gate.measuring.shifted import Shifted

MOST = 20
"""Modules that are looked at: an edit has few, and a branch that has many is measured."""

PRINT = "builtins.print"

REDIRECTS = re.compile(
    rb"""\.std(?:out|err)\s*(?:=[^=]|[:,\])"']|in\b)|\bas\s+[\w.]+\.std(?:out|err)|["']std(?:out|err)["']|redirect_std|builtins"""
)
"""What may have `print` run code of the source: another stream in the place of standard output, or another `print`."""

Before = Callable[[Mapping[str, str]], SolvedGraph | None]
"""The graph in which some modules had files of this content, if it is kept."""


def no_graph(contents: Mapping[str, str]) -> None:
    """Where no graph is at hand."""


def shifted(files: Files, found: Nearby, costs: Costs, before: Before = no_graph) -> Shifted | None:
    """How the state of the files differs from that in which something was measured; None where that may count. `before`
    is asked for the graph of that state, if need be."""
    if len(found.changed) > MOST:
        return None
    places: dict[str, dict[int, int]] = {}
    bodies: dict[str, str] = {}
    program = files.program()
    known = _Known(lambda: before({was.module: was.content for was, _ in found.changed}))
    prints = _Prints(files, found)
    for was, _ in found.changed:
        then, now = facts_then(files, was), program.modules.get(was.module)
        if then is None or now is None:
            return None
        try:
            moved = shifts(then, now, was.read, known.of(program, was.module))
        except ValueError:  # what the store has of before is damaged
            return None
        if moved is None:
            return None
        for index, shift in moved.items():
            stubs = program.stubs
            if not (
                _weighs_nothing(now, index, shift.added, shift.objects, costs, stubs, prints)
                and _weighs_nothing(then, index, shift.removed, shift.objects, costs, stubs, prints)
                and not any(costs.rules.match(name) for name in shift.told)
            ):
                return None
            places[name_of(program, was.module, index)] = shift.places
            around = index
            while around >= 0:
                bodies[name_of(program, was.module, around)] = body_digest(now, around)
                around = now.functions[around].parent
    return Shifted(places, bodies)


class _Known:
    """What the graph of before says of call sites; it is asked for when somebody wants to know."""

    def __init__(self, before: Callable[[], SolvedGraph | None]) -> None:
        self.before = before

    @cached_property
    def _graph(self) -> SolvedGraph | None:
        return self.before()

    @cached_property
    def _outside(self) -> dict[tuple[str, int], frozenset[str]]:
        graph = self._graph
        if graph is None:
            return {}
        found: dict[tuple[str, int], set[str]] = {}
        for call in graph.externals:
            if call[:2] not in self._others:
                found.setdefault((call.caller, call.site), set()).add(call.callee)
        return {key: frozenset(names) for key, names in found.items()}

    @cached_property
    def _others(self) -> set[tuple[str, int]]:
        """The call sites at which something of the source may run, or something unknown."""
        graph = self._graph
        return {row[:2] for rows in (graph.edges, graph.guesses, graph.unresolved) for row in rows} if graph else set()

    def of(self, program: Program, module: str) -> Known:
        """What the graph says of the functions of a module."""
        name = partial(name_of, program, module)

        def is_idle(index: int, site: int) -> bool:
            key = (name(index), site)
            return self._graph is not None and key not in self._others and key not in self._outside

        return Known(
            lambda index, site: self._outside.get((name(index), site), frozenset()),
            is_idle,
            lambda index: plain_of(self._graph.plain.get(name(index), "")) if self._graph else {},
        )


class _Prints:
    """Whether `print` runs nothing of the source, as far as what was read says; looked for when somebody asks."""

    def __init__(self, files: Files, found: Nearby) -> None:
        self.files = files
        self.modules = found.consulted.modules

    @cached_property
    def are_plain(self) -> bool:
        names = sorted(self.files.by_module.keys() & self.modules)
        return not any(map(REDIRECTS.search, self.files.texts(names).values()))


def _weighs_nothing(
    facts: ModuleFacts,
    index: int,
    rows: tuple[Row, ...],
    objects: Mapping[str, str],
    costs: Costs,
    stubs: Stubs,
    prints: _Prints,
) -> bool:
    """Whether some instructions of a function call nothing of the source, cost nothing and change no state."""
    if not rows:
        return True
    small = alone(facts, index, rows, objects, stubs)
    if small is None:
        return False
    graph = solved(small, Problem((f"{facts.module}.{NAME}",), costs.behaviours))
    return (
        is_quiet(graph)
        and not find_ops(small, graph, costs.model, costs.rules)
        and not find_mutations(small, graph, costs.rules)
        and (prints.are_plain or not any(call.callee == PRINT for call in graph.externals))
    )
