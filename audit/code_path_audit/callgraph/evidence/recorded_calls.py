"""Calls that a recorded run saw and following values did not find: they are made, and values flow on from there.
What the run did outside of the source at a call site (an op that ran there) is a callee of that site.

They come last: what was found without them stays as it is, whatever they add. An edge that stands for one has the kind
and is certain; what follows from it by values is as sure as values are.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from code_path_audit.callgraph.evidence.annotations import instances
from code_path_audit.callgraph.evidence.steps import refine
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.modules import load, module_activation
from code_path_audit.callgraph.language.calls import apply
from code_path_audit.callgraph.language.construction import construct
from code_path_audit.callgraph.language.instructions import begin, call_of
from code_path_audit.callgraph.library.summaries import spread
from code_path_audit.callgraph.model import OBSERVED, Evidence, ObservedCall
from code_path_audit.callgraph.solver.abstract_values import CLASS, CLASSM, STATIC
from code_path_audit.callgraph.solver.ids import BEFORE, NO_CLASS, NO_SITE, Activation, Site, Value
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts import opcodes as op

CONSTRUCTORS = ("__init__", "__new__")


def make_calls(s: State, observed: Iterable[ObservedCall]) -> None:
    """Make the calls of every function that is reached, also of those that only such calls reach.

    A row that names no function or no call site of the program is passed over: it is of an older source.
    """
    by_caller: dict[str, list[ObservedCall]] = {}
    for row in sorted(set(observed)):
        if row.caller in s.program.functions and (row.callee in s.program.functions or row.is_outside):
            by_caller.setdefault(row.caller, []).append(row)
    seen = 0
    if by_caller:
        s.follow_recorded()
    while by_caller and seen < len(s.a_function):
        # calling may activate more; those are looked at in the next round
        first, seen = seen, len(s.a_function)
        known = known_calls(s, by_caller)
        rows = [
            (aid, row) for aid in s.activations(first) for row in rows_of(s, aid, by_caller) if row[:3] not in known
        ]
        if not rows:
            continue
        s.enter_phase(Evidence.CERTAIN)
        for row in dict.fromkeys(row for _, row in rows if not row.is_outside):
            load(s, s.program.functions[row.callee][0], NO_SITE)
        s.run(begin)
        for aid, row in rows:
            make_call(s, aid, row)
        s.run(begin)
        refine(s)
        spread(s)


def rows_of(s: State, aid: Activation, by_caller: Mapping[str, list[ObservedCall]]) -> list[ObservedCall]:
    """The rows of an activation's function; code from eval has none."""
    fid = s.a_function[aid]
    if fid in s.synthetic:
        return []
    return [row for row in by_caller.get(s.names[fid], ()) if 0 <= row.site < len(s.facts[fid].sites)]


def known_calls(s: State, callers: Container[str]) -> set[tuple[str, int, str]]:
    """The calls (caller, site, callee) of some functions that were found by other means, in any context."""
    return {
        (s.names[s.a_function[aid]], site, s.names[s.a_function[callee]])
        for (aid, site), rows in s.edges.items()
        if s.names[s.a_function[aid]] in callers
        for callee, kind in rows
        if kind != OBSERVED
    }


def make_call(s: State, aid: Activation, row: ObservedCall) -> None:
    """One call, of one activation."""
    s.answered.add(Site(aid, row.site))
    if row.is_outside:
        s.calls_external(Site(aid, row.site), row.callee, OBSERVED)
        return
    call = written(s, aid, row)
    fid = s.function(row.callee)
    facts = s.facts[fid]
    if facts.kind == "module":
        s.edge(call, module_activation(s, row.callee))
        return
    value = s.made.get(fid)
    if value is None:  # made where nothing leads: its body is read, its arguments stay unknown
        s.edge(call, s.activate(fid, module_activation(s, s.modules[fid]), ()))
        return
    if s.kinds[value] == CLASS:
        s.edge(call, s.activate(fid, s.rows[value].env, ()))
        return
    for target in bound(s, call, value):
        apply(s, call, target)


def written(s: State, aid: Activation, row: ObservedCall) -> Call:
    """The call as it is written; without arguments where something outside the source makes it, or none is written."""
    for instruction in s.facts[s.a_function[aid]].code if row.direct else ():
        if instruction[0] == op.CALL and instruction[5] == row.site:
            return call_of(s, aid, instruction)._replace(kind=OBSERVED)
    return Call(Site(aid, row.site), s.variable(), (), (), OBSERVED)


def bound(s: State, call: Call, function: Value) -> list[Value]:
    """What was called, for a function that ran: it, its class for a constructor, with its objects for a method."""
    row = s.rows[function]
    fid, env = row.function, row.env
    cls = s.a_class[env] if env >= 0 else NO_CLASS
    if cls == NO_CLASS:
        return [function]
    name = s.names[fid].rpartition(".")[2].partition("#")[0]
    text = s.facts[s.a_function[call.site.activation]].sites[call.site.place].text
    if name in CONSTRUCTORS and text.rpartition(".")[2] != name:
        return [cls]
    wrapped = classes.wrapping(s, cls, function)
    if wrapped == STATIC:
        return [function]
    if wrapped == CLASSM:
        return [s.bound_method(function, cls)]
    if cls not in s.constructed:
        # its objects came from somewhere: what the constructor keeps counts, calling it does not
        construct(s, Call(Site(call.site.activation, BEFORE), s.variable(), (), (), "construct"), cls)
    return [s.bound_method(function, instance) for instance in instances(s, cls)]
