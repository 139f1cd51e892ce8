"""From the solver's state to the frozen result: what the roots reach, by name, sorted."""

from __future__ import annotations

from collections.abc import Callable, Collection

from code_path_audit.callgraph.model import OBSERVED, Edge, Evidence, ExternalCall, Fetched, SolvedGraph, Unresolved
from code_path_audit.callgraph.result.bounds import argument_values, loop_bounds, loop_names
from code_path_audit.callgraph.result.caps_hit import widened
from code_path_audit.callgraph.result.contexts import certain_in_context, contexts_of
from code_path_audit.callgraph.result.filled import filled
from code_path_audit.callgraph.result.plain_registers import plain_registers
from code_path_audit.callgraph.result.rows import EdgeKey, Instructions, Outgoing, Rows, origin
from code_path_audit.callgraph.result.unresolved import incomplete, is_made_at_run_time, unresolved
from code_path_audit.callgraph.solver.abstract_values import CALLABLES, EXT, FUNC, INST, XINST, XMETHOD, XRES
from code_path_audit.callgraph.solver.ids import BEFORE, ENTRY, NO_SITE, Activation, Function, Site, Value
from code_path_audit.callgraph.solver.shared_sets import Held
from code_path_audit.callgraph.solver.state import State, keep_best
from code_path_audit.facts import opcodes as op


def as_it_is(graph: SolvedGraph) -> SolvedGraph:
    """For where call sites have the numbers that they have in the program."""
    return graph


def collect(
    s: State,
    roots: tuple[str, ...],
    entries: list[Activation],
    imports: bool,
    moved: Callable[[SolvedGraph], SolvedGraph] = as_it_is,
) -> SolvedGraph:
    """Walk from the entry activations over the edges, then forget contexts. `moved` gives call sites the numbers of the
    program, in a graph that lacks `filled`."""
    outgoing: Outgoing = {}
    for (aid, site), callees in s.edges.items():
        outgoing.setdefault(aid, []).append((site, callees))
    doubt_abstract(s, outgoing)
    loaded = set() if imports else initially_loaded(s, roots, outgoing)
    if imports:
        entries = [*entries, *(aid for root in roots for aid in around(s, root))]
    reached = reach(s, entries, outgoing, loaded)
    edges: Rows = {}
    externals: Rows = {}
    told: dict[Activation, list[tuple[EdgeKey, Activation]]] = {}
    names, functions_of, synthetic, weakest = s.names, s.a_function, s.synthetic, s.follows
    for aid in reached:
        told[aid] = of_it = []
        for site, callees in outgoing.get(aid, ()):
            if site in (ENTRY, BEFORE) or (aid, site) == NO_SITE:
                continue
            caller, place = origin(s, Site(aid, site))
            for (callee, kind), evidence in callees.items():
                fid = functions_of[callee]
                if (callee in reached or evidence < weakest) and fid not in synthetic:
                    key = (caller, place, names[fid], kind)
                    keep_best(edges, key, evidence)
                    of_it.append((key, callee))
    for (aid, site), rows in s.external.items():
        if aid in reached and site >= 0:
            caller, place = origin(s, Site(aid, site))
            for (dotted, kind), evidence in rows.items():
                keep_best(externals, (caller, place, dotted, kind), evidence)
    resumed = [key for key in edges if key[3] == "resume"]
    resuming = {key[0] for key in resumed}
    called = {(key[0], key[2]) for key in edges if key[0] in resuming and key[3] not in ("resume", OBSERVED)}
    for key in resumed:
        # a generator that is iterated where it was called needs no second edge
        evidence = edges.pop(key)
        if (key[0], key[2]) not in called and key[0] != key[2]:
            edges[*key[:3], "iterate"] = evidence
    in_turn = {(s.names[caller], place, s.names[callee]) for caller, place, callee in s.in_turn}
    values, mixed = called_at(s, reached)
    doubted = doubt_alternatives(edges, externals, mixed, fillers(s, reached) | in_turn)
    functions = {s.names[s.a_function[aid]] for aid in reached}
    followed = {key: evidence for key, evidence in edges.items() if evidence >= s.follows}
    guessed = {key: evidence for key, evidence in edges.items() if evidence < s.follows}
    externals = {key: evidence for key, evidence in externals.items() if evidence >= s.follows}
    external_rows = tuple(ExternalCall(*key, value.word) for key, value in sorted(externals.items()))
    arguments, receivers = argument_values(s, reached, external_rows)
    instructions = Instructions(s)
    open_ended = incomplete(s, instructions)
    missing = unresolved(s, reached, followed, externals, guessed, open_ended, instructions)
    unsure = open_places(s, externals, missing)
    trust_single(followed, agreeing(s, values) - unsure)
    contexts = contexts_of(s, told, reached, followed)
    edge_row = edge_rows(followed)
    graph = moved(
        SolvedGraph(
            roots=tuple(sorted(roots)),
            functions=tuple(sorted(functions)),
            edges=edge_row,
            guesses=edge_rows(guessed),
            externals=external_rows,
            unresolved=missing,
            arguments=arguments,
            receivers=receivers,
            bounds=loop_bounds(s, reached),
            widened=widened(s),
            fetched=fetched(s, external_rows),
            rows_of=rows_of(s, external_rows),
            loop_names=loop_names(s, reached),
            plain=plain_registers(s, reached, open_ended),
            alternatives=alternatives(s, values),
            contexts=contexts,
            certain_in_context=certain_in_context(
                (key for key in doubted if key in contexts and key[:2] not in unsure), told, reached, followed
            ),
        )
    )
    return graph._replace(filled=filled(s.program, functions, graph.edges, instructions.of))


def fetched(s: State, externals: tuple[ExternalCall, ...]) -> dict[tuple[str, int, str], tuple[Fetched, ...]]:
    """What external calls fetch that an object keeps, where they do nothing else."""
    wanted = {(row.caller, row.site, row.callee) for row in externals} if s.fetched else set()
    found = {}
    for (fid, place, dotted), rows in s.fetched.items():
        key = (s.names[fid], place, dotted)
        if key in wanted and (fid, place, dotted) not in s.fetched_alone:
            found[key] = tuple(
                Fetched(f"{row.owner}.{row.name}", s.names[row.made[0]], row.made[1], row.each) for row in rows
            )
    return dict(sorted(found.items()))


def rows_of(s: State, externals: tuple[ExternalCall, ...]) -> dict[tuple[str, int, str], tuple[tuple[str, int], ...]]:
    """Where the queries were put together whose rows external calls ask something of."""
    wanted = {(row.caller, row.site, row.callee) for row in externals} if s.rows_of else set()
    named = {(s.names[fid], place, dotted): rows for (fid, place, dotted), rows in s.rows_of.items()}
    return {
        key: tuple(sorted({(s.names[fid], place) for one in named[key] for fid, place in one.all_places()}))
        for key in sorted(wanted & named.keys())
    }


def edge_rows(rows: Rows) -> tuple[Edge, ...]:
    """Edges as the result has them, sorted."""
    by_caller: dict[str, list[EdgeKey]] = {}
    for key in rows:
        by_caller.setdefault(key[0], []).append(key)
    return tuple([Edge(*key, WORDS[rows[key]]) for caller in sorted(by_caller) for key in sorted(by_caller[caller])])


WORDS = {evidence: evidence.word for evidence in Evidence}


NAMED = frozenset(("call", "callback", "decorator"))
"""Kinds of which any callee at a call site is an alternative to any other. Of the rest several methods run at one:
`__enter__` and `__exit__`."""


Called = dict[tuple[str, int], Held]
"""The values that are called at call sites, in all contexts of their functions together."""


def called_at(s: State, reached: set[Activation]) -> tuple[Called, dict[tuple[str, int], bool]]:
    """What is called at call sites; and those where something of the source may be called, or else something outside,
    in one context: whether that is of code that is loaded or made at run time."""
    found: Called = {}
    mixed: dict[tuple[str, int], bool] = {}
    for site, var in s.callees.items():
        held = s.pts[var]
        if not held or site.activation not in reached:
            continue
        place = origin(s, site)
        before = found.get(place)
        found[place] = held if before is None or before is held else before | held
        if len(held) > 1:
            kinds = {s.kinds[value] for value in held}
            if kinds & SOURCE and kinds & OUTSIDE:
                is_loaded = XRES in kinds and any(is_made_at_run_time(s, value) for value in held)
                mixed[place] = mixed.get(place, False) or is_loaded
    return found, mixed


def alternatives(s: State, called: Called) -> frozenset[tuple[str, int]]:
    """Call sites at which several things outside of the source may be called, in one context of their function or in
    all of them together."""
    return frozenset(
        place
        for place, values in called.items()
        if len(values) > 1 and sum([s.kinds[value] in OUTSIDE for value in values]) > 1
    )


SOURCE = CALLABLES | {INST}
OUTSIDE = frozenset((EXT, XINST, XMETHOD, XRES))


def fillers(s: State, reached: set[Activation]) -> set[tuple[str, int, str]]:
    """What fills one field of the one class that a place makes objects of: by caller, place and callee. Other fields
    are filled besides, so these are no alternatives."""
    classes: dict[tuple[str, int], set[Value]] = {}
    alone: set[tuple[str, int, str]] = set()
    for (site, cls, _), values in s.fillers.items():
        if site.activation in reached:
            place = origin(s, site)
            classes.setdefault(place, set()).add(cls)
            if len(values) == 1:
                (value,) = values
                if s.kinds[value] == FUNC:
                    alone.add((*place, s.names[s.rows[value].function]))
    return {key for key in alone if len(classes[key[:2]]) == 1}


def doubt_alternatives(
    edges: Rows, externals: Rows, outside: dict[tuple[str, int], bool], sure: set[tuple[str, int, str]]
) -> set[EdgeKey]:
    """Where more than one callee is found for one thing, each is likely at best: certain means that no other fits.
    `sure`: callbacks that are no alternatives, by caller, place and callee. Gives the edges that were certain but for
    other callees of the source."""
    found: dict[tuple[str, int, str, str], list[tuple[Rows, tuple[str, int, str, str]]]] = {}
    for rows in (edges, externals):
        for key, evidence in rows.items():
            caller, site, callee, kind = key
            is_alternative = rows is edges or (kind == "call" and (caller, site) in outside)
            weakest = Evidence.CERTAIN if kind == "callback" else Evidence.LIKELY  # a library may run several
            is_alternative &= kind != "callback" or (caller, site, callee) not in sure
            if evidence >= weakest and kind not in ("import", OBSERVED) and is_alternative:
                thing = "" if kind in NAMED else callee.rpartition(".")[2]
                found.setdefault((caller, site, kind, thing), []).append((rows, key))
    called = {key[:2] for key in found if key[2] == "call"}
    certain: set[EdgeKey] = set()
    mixed = called & {key[:2] for key in found if key[2] == "construct"}  # a function, or else a class
    for (caller, site, kind, _), alternatives in found.items():
        is_one_of_two = (caller, site) in mixed and kind in ("call", "construct")
        is_one_of_two |= kind == "call" and outside.get((caller, site), False)  # what was found there is a guess
        if is_one_of_two or len({key[2] for _, key in alternatives}) > 1:
            if not is_one_of_two and all(rows is edges for rows, _ in alternatives):
                certain.update(key for _, key in alternatives if edges[key] == Evidence.CERTAIN)
            for rows, key in alternatives:
                rows[key] = Evidence.LIKELY
    return certain


def agreeing(s: State, called: Called) -> set[tuple[str, int]]:
    """Call sites at which several values are called, all of the source: methods of several objects, say."""
    return {
        place
        for place, values in called.items()
        if len(values) > 1 and all(s.kinds[value] in SOURCE for value in values)
    }


def open_places(s: State, externals: Rows, missing: tuple[Unresolved, ...]) -> set[tuple[str, int]]:
    """Call sites at which something else may be called than what is known."""
    open_sites = {(row.caller, row.site) for row in missing} | {key[:2] for key in externals}
    return open_sites | {origin(s, site) for site in s.doubted}


def trust_single(edges: Rows, places: Collection[tuple[str, int]]) -> None:
    """A written call is certain where one callee alone fits, whichever of several objects comes there: all plugins that
    may be loaded have one method. `places`: the call sites at which several come, all known."""
    callees: dict[tuple[str, int], list[EdgeKey]] = {}
    for key in edges:
        if key[3] != "import" and key[:2] in places:
            callees.setdefault(key[:2], []).append(key)
    for keys in callees.values():
        if len(keys) == 1 and keys[0][3] == "call":
            edges[keys[0]] = Evidence.CERTAIN


def doubt_abstract(s: State, outgoing: Outgoing) -> None:
    """A method that does nothing but raise NotImplementedError is not what a call site means at which another of its
    name fits: the class that declares it is there for those below it. Done before what is reached is found."""
    left_out = {fid for fid in set(s.a_function) if op.only_raises(s.facts[fid].code)}
    idle = {aid for aid in s.activations() if s.a_function[aid] in left_out}
    others: dict[tuple[Function, int], set[str]] = {}
    places: list[tuple[Activation, int]] = []
    for aid, rows in outgoing.items() if idle else ():
        for index, (_, callees) in enumerate(rows):
            for callee, _ in callees:
                if callee in idle:
                    places.append((aid, index))
                    break
    wanted = {(s.a_function[aid], outgoing[aid][index][0]) for aid, index in places}
    callers = {fid for fid, _ in wanted}
    for aid, rows in outgoing.items() if places else ():
        fid = s.a_function[aid]
        for site, callees in rows if fid in callers else ():
            if (fid, site) in wanted:
                for (callee, _), evidence in callees.items():
                    if callee not in idle and evidence > Evidence.POSSIBLE:
                        others.setdefault((fid, site), set()).add(called_name(s, callee))
    for aid, index in places:
        site, callees = outgoing[aid][index]
        named = others.get((s.a_function[aid], site), ())
        outgoing[aid][index] = (
            site,
            {
                key: Evidence.POSSIBLE if key[0] in idle and called_name(s, key[0]) in named else evidence
                for key, evidence in callees.items()
            },
        )


def called_name(s: State, callee: Activation) -> str:
    """The last part of the name of a function, without the number of its definition."""
    return s.names[s.a_function[callee]].rpartition(".")[2].partition("#")[0]


def initially_loaded(s: State, roots: tuple[str, ...], outgoing: Outgoing) -> set[Activation]:
    """The modules that are imported before an action begins: from the modules of its entry points on."""
    todo = [aid for root in roots for aid in around(s, root)]
    seen = set(todo)
    while todo:
        for _, callees in outgoing.get(todo.pop(), ()):
            for callee, kind in callees:
                if kind == "import" and callee not in seen:
                    seen.add(callee)
                    todo.append(callee)
    return seen


def around(s: State, root: str) -> list[Activation]:
    """The bodies of the module of a root and of the packages around it."""
    parts = s.program.functions[root][0].split(".")
    return [s.module_aids[n] for i in range(len(parts)) if (n := ".".join(parts[: i + 1])) in s.module_aids]


def reach(s: State, entries: list[Activation], outgoing: Outgoing, loaded: set[Activation]) -> set[Activation]:
    """Activations below the entries; modules that are loaded already are not run again."""
    seen = set(entries)
    todo = list(entries)
    while todo:
        for site, callees in outgoing.get(todo.pop(), ()):
            for (callee, kind), evidence in callees.items() if site != BEFORE else ():
                if callee in seen or evidence < s.follows or (kind in ("import", OBSERVED) and callee in loaded):
                    continue
                seen.add(callee)
                todo.append(callee)
    return seen
