"""An edit, and a solution from before it: it is gone on from, and not found anew.

The instructions of before and of now are aligned. Those that are the same keep what was found of them; those that are
new are run in each activation of their function; what stood at a call site that is gone is left out. Then values flow
on, and evidence is asked, as ever.

What was found because of an instruction that is gone stays, so there is more than a solution from nothing has. There
can be less, too: what is a guess where nothing is known is none where something was known before (decision 0050). So
whoever must be sure solves anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from code_path_audit.callgraph.edits import Edited, ModuleEdit, members, mentions
from code_path_audit.callgraph.evidence import only_uses
from code_path_audit.callgraph.evidence.steps import ROUNDS, Progress, refine
from code_path_audit.callgraph.functions.arguments import Layouts
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.modules import ModuleNames
from code_path_audit.callgraph.language.definitions import UniqueNames
from code_path_audit.callgraph.language.instructions import HANDLERS, begin
from code_path_audit.callgraph.library.summaries import Places, following
from code_path_audit.callgraph.model import Evidence, SolvedGraph
from code_path_audit.callgraph.result.renumbered import renumbered as renumbered_graph
from code_path_audit.callgraph.solve import Begun, finished
from code_path_audit.callgraph.solver.abstract_values import CLASS, NONE
from code_path_audit.callgraph.solver.ids import Activation, Function, Site, Var
from code_path_audit.callgraph.solver.points_to import VALUES_DROPPED
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FUNCTION_FIELDS, FunctionFacts
from code_path_audit.facts.instruction_fields import as_it_is, renumbered
from code_path_audit.program.link import name_of

SHARE, LEAST = 4, 200_000
"""Steps that going on may take: a part of those that were taken before, and at least so many."""

MOST = 40
"""Functions that were edited."""


def gone_on(begun: Begun, edits: Mapping[str, ModuleEdit]) -> SolvedGraph | None:
    """The graph after the edits of some modules, by name; None where that takes too much, or what is new may have been
    looked for before. `begun` is of the program that `in_program` gives, and is used up."""
    s = begun.state
    if s.gave_up or sum(len(edit.functions) for edit in edits.values()) > MOST:
        return None
    changes = {
        function: edit
        for module, several in edits.items()
        for edit in several.functions
        if (function := s.fids.get(name_of(s.program, module, edit.index))) is not None
    }
    if not all(_has_names(s, module, edit.names, changes) for module, edit in edits.items()):
        return None
    if any(edit.was.kind == "class" and not _is_closed(s, function, edit) for function, edit in changes.items()):
        return None
    if _asked_of_library(s, changes):
        return None
    rounds = ROUNDS in s.widened
    s.recorded_end = s.steps + max(s.steps // SHARE, LEAST)
    s.coarsen()
    only_uses.go_on(s)
    _edit(s, changes)
    s.phase = Evidence.CERTAIN
    s.run(begin)
    refine(s)
    if VALUES_DROPPED in s.widened or (ROUNDS in s.widened) > rounds:
        return None
    called = _forget(s, changes)
    places = {s.names[function]: _back(edit) for function, edit in changes.items()}
    graph = finished(begun, moved=partial(renumbered_graph, places=places))
    return None if _left_to_guesses(s, called, graph) else graph


def _has_names(s: State, module: str, names: frozenset[str], changes: Mapping[Function, Edited]) -> bool:
    """A module binds some globals more, and has functions more; whether nothing has asked for these globals yet."""
    unasked = not any(
        s.modules[fid] == module and fid not in changes and mentions(names, s.facts[fid])
        for fid in (s.contexts if names else ())
    )
    known = s.tables[ModuleNames].of
    if module in known:
        known[module] |= names
    s.tables[UniqueNames].of.pop(module, None)
    s.inside.pop(module, None)
    return unasked


PLAIN_BASES = frozenset(("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"))
"""Classes from outside that look for no method by the form of its name."""


def _is_closed(s: State, function: Function, edit: Edited) -> bool:
    """Whether a class declares what it did, or no library looks for that, as it does in what is below one of its own:
    for a method by its name, for a setting."""
    return (members(edit.was) == members(edit.now) and _are_of_methods(edit)) or all(
        s.kinds[base] == CLASS or s.rows[base].dotted in PLAIN_BASES
        for cls in s.own
        if s.rows[cls].function == function
        for base in classes.order(s, cls)
    )


def _are_of_methods(edit: Edited) -> bool:
    """Whether the instructions that are gone of a class body do no more than define methods, with their defaults."""
    defined = [row for row in edit.was.code if row[0] == op.FUNC]
    made = {row[1] for row in defined}
    given = {register for row in defined for _, register in row[3]}
    gone = [edit.was.code[place] for place in edit.aligned.removed]
    return all(
        row[0] == op.FUNC or (row[0] == op.STORE_NAME and row[2] in made) or (row[0] in OF_DEFAULTS and row[1] in given)
        for row in gone
    )


OF_DEFAULTS = frozenset((op.STR, op.INT, op.PRIM, op.COPY, op.GLOBAL))


def _edit(s: State, changes: Mapping[Function, Edited]) -> None:
    """The functions have their new bodies, and what is new in these begins."""
    by_function: dict[Function, list[Activation]] = {function: [] for function in changes}
    for aid in s.activations():
        if s.a_function[aid] in changes:
            by_function[s.a_function[aid]].append(aid)
    for function, edit in changes.items():
        s.facts[function] = _as_before(edit)
        for aid in by_function[function]:
            _move(s, aid, edit)
    for function, edit in changes.items():
        facts = s.facts[function]
        added = {id(facts.code[place]) for place in edit.aligned.added}
        returned, returns = (any(row[0] == op.RETURN for row in body.code) for body in (edit.was, facts))
        for aid in by_function[function]:
            base = s.a_base[aid]
            if edit.was.kind == "class":
                for name in sorted(members(edit.now) - members(edit.was)):
                    classes.declare(s, s.a_class[aid], name)
            for row in s.code(aid):
                if id(row) in added:
                    HANDLERS[row[0]](s, aid, base, row)
            if returned and not returns:
                s.add(s.a_return[aid], s.of(NONE))
    progress = s.tables[Progress]
    defaults: dict[Function, list[tuple[str, Var]]] = {}
    for value, given in s.defaults.items():
        if s.rows[value].function in changes:
            defaults.setdefault(s.rows[value].function, []).extend(given.items())
    for function, edit in changes.items():
        if (edit.was.params, edit.was.returns) == (edit.now.params, edit.now.returns):
            continue
        # calls of before are bound: what came has its default there, and annotations are asked once more
        s.tables[Layouts].of.pop(function, None)
        places = {param.name: index for index, param in enumerate(edit.now.params)}
        for aid in by_function[function]:
            for name, var in defaults.get(function, ()):
                s.flow(var, Var(s.a_base[aid] + places[name]))
        progress.unsettled += by_function[function]


def _move(s: State, aid: Activation, edit: Edited) -> None:
    """An activation has the registers of its new body; those that it had are the same variables under other numbers."""
    was, now = s.a_base[aid], s.variables(edit.now.registers)
    for register, before in edit.aligned.registers.items():
        _link(s, Var(was + before), Var(now + register))
    s.moved[aid] = {Var(was + before): register for register, before in edit.aligned.registers.items()}
    s.a_base[aid] = now


def _link(s: State, was: Var, now: Var) -> None:
    """Two variables hold the same from now on: all that is made of it is made of the second."""
    held = s.pts[was]
    s.pts[now] = set(held) if type(held) is set else held
    after = s.successors[was]
    s.successors[was] = (now,)
    s.successors[now] = (was,) if after is None else dict.fromkeys((*after, was))
    s.watchers[now], s.watchers[was] = s.watchers[was], None
    if was in s.widened_kinds:
        s.widened_kinds[now] = s.widened_kinds[was]
    if was in s.registries:
        s.registries[now] = s.registries[was]
    if was in s.counts_of_kinds:
        s.counts_of_kinds[now] = dict(s.counts_of_kinds[was])
    if was in s.keeping:
        s.keeping.add(now)


def _as_before(edit: Edited) -> FunctionFacts:
    """The body of now, in which the call sites have the numbers that they had; new ones have those behind."""
    places = _places(edit)
    sites = [*edit.was.sites, *edit.now.sites][: len(edit.was.sites) + len(edit.now.sites) - len(edit.aligned.places)]
    for place, number in places.items():
        sites[number] = edit.now.sites[place]
    code = tuple([renumbered(row, as_it_is, places.__getitem__, _cell) for row in edit.now.code])
    fields = {name: getattr(edit.now, name) for name in FUNCTION_FIELDS}
    return FunctionFacts(**{**fields, "code": code, "sites": tuple(sites)})


def _places(edit: Edited) -> dict[int, int]:
    """The numbers of the call sites, as the solution has them, by those of now."""
    places = dict(edit.aligned.places)
    for place in range(len(edit.now.sites)):
        if place not in places:
            places[place] = len(edit.was.sites) + len(places) - len(edit.aligned.places)
    return places


def _back(edit: Edited) -> dict[int, int]:
    return {number: place for place, number in _places(edit).items()}


def _cell(_: int, number: int) -> int:
    return number


def _gone(s: State, changes: Mapping[Function, Edited]) -> Callable[[Site], bool]:
    """Whether a call site is gone."""
    gone = {function: set(range(len(edit.was.sites))).difference(edit.aligned.places.values())
            for function, edit in changes.items()}  # fmt: skip
    return lambda site: site.activation >= 0 and site.place in gone.get(s.a_function[site.activation], ())


def _asked_of_library(s: State, changes: Mapping[Function, Edited]) -> bool:
    """Whether a call is gone of a library that is not of the language. What it was told may spare work elsewhere (rows
    that are loaded with others, answers that are kept), and would still be there."""
    is_gone = _gone(s, changes)
    return any(
        not s.stubs.is_stdlib(dotted.partition(".")[0])
        for site, rows in s.external.items()
        if is_gone(site)
        for dotted, _ in rows
    )


def _forget(s: State, changes: Mapping[Function, Edited]) -> set[Activation]:
    """What stands at call sites that are gone; what was called there."""
    is_gone = _gone(s, changes)
    called = _called_at(s, [site for site in {**s.edges, **s.tables[Places].used} if is_gone(site)])
    tables: tuple[dict[Site, Any], ...]
    tables = (s.edges, s.external, s.callees, s.reasons, s.elsewhere, s.tables[Places].used)
    for table in tables:
        for site in [site for site in table if is_gone(site)]:
            del table[site]
    for sites in (s.doubted, s.answered):
        sites.difference_update([site for site in sites if is_gone(site)])
    return called


def _called_at(s: State, sites: Sequence[Site]) -> set[Activation]:
    """What is called at call sites, also by code outside, by more than a guess."""
    places = s.tables[Places]
    used = [place for site in sites for place, phase in places.used.get(site, {}).items() if phase > Evidence.POSSIBLE]
    seen = dict.fromkeys(used)
    for place in (todo := list(seen)):
        onward = [one for one, phase in following(s, place).items() if phase > Evidence.POSSIBLE and one not in seen]
        seen.update(dict.fromkeys(onward))
        todo += onward
    rows = [s.edges.get(site, {}) for site in (*sites, *(Site(places.nobody, place) for place in seen))]
    return {callee for row in rows for (callee, _), evidence in row.items() if evidence > Evidence.POSSIBLE}


def _left_to_guesses(s: State, called: Collection[Activation], graph: SolvedGraph) -> bool:
    """Whether a guess leads to a function that nothing else leads to any more, since a call of it, or of what calls it,
    is gone: where nothing is known of it, such a guess may be a likely one."""
    reached = set(graph.functions)
    lost = dict.fromkeys(aid for aid in called if s.names[s.a_function[aid]] not in reached)
    if not lost or not graph.guesses:
        return False
    callees: dict[Activation, list[Activation]] = {}
    for site, rows in s.edges.items():
        callees.setdefault(site.activation, []).extend(callee for callee, _ in rows)
    for aid in (todo := list(lost)):
        more = [one for one in callees.get(aid, ()) if one not in lost]
        lost.update(dict.fromkeys(more))
        todo += more
    return not {s.names[s.a_function[aid]] for aid in lost}.difference(reached).isdisjoint(
        edge.callee for edge in graph.guesses
    )
