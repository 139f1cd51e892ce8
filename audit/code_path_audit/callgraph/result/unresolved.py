"""Call sites at which something may run that the graph does not have, each with its reason.

A call is told where nothing resolves it, in any context, but for a guess; where a value of which nothing is known may
be called beside those that are known; and where code that the program made or loaded at run time is called. A read of
an attribute is told where nothing is known of the object, and some class of the source has a property of that name, or
a `__getattr__`; a `with` where nothing is known of what is entered, and some class of the source can be.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.model import OBSERVED, Unresolved
from code_path_audit.callgraph.result.rows import Rows, origin
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, NONE, PROPERTY, UNKNOWN, XRES
from code_path_audit.callgraph.solver.ids import Activation, Site, Value
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts

FORCED = ("getattr", "eval/exec", "dynamic import")
"""Reasons that stand whatever else is known of a call."""

MADE_AT_RUN_TIME = ("builtins.exec()", "builtins.eval()", "runpy.", "types.FunctionType", "importlib.import_module()")
"""How values are called that come out of code which is no part of the source."""


def unresolved(s: State, reached: set[Activation], edges: Rows, externals: Rows) -> tuple[Unresolved, ...]:
    """One row a call site."""
    resolved = {key[:2] for key in edges} | {key[:2] for key in externals}
    resolved |= {origin(s, site) for site in s.answered if site.activation in reached}
    observed = {key[:2] for key in edges if key[3] == OBSERVED}
    dynamic = dynamic_names(s)
    rows: dict[tuple[str, int], Unresolved] = {}
    for aid in sorted(reached):
        fid = s.a_function[aid]
        if fid in s.synthetic:
            continue
        name, facts = s.names[fid], s.facts[fid]
        for place, reason, is_partial in (*calls(s, aid, facts, name, observed), *uses(s, aid, facts, dynamic)):
            key = (name, place)
            if key not in rows and (is_partial or key not in resolved):
                rows[key] = Unresolved(name, place, reason, facts.sites[place].text)
    return tuple(sorted(rows.values()))


def calls(
    s: State, aid: Activation, facts: FunctionFacts, name: str, observed: set[tuple[str, int]]
) -> Iterator[tuple[int, str, bool]]:
    """The calls of an activation of which something is not known: place, reason, and whether that is so whatever else
    is known."""
    base = s.a_base[aid]
    receivers = {row[1]: row[2] for row in facts.code if row[0] == op.ATTR}
    copies = {row[1]: row[2] for row in facts.code if row[0] in (op.COPY, op.AWAIT)}
    # a getattr whose result was seen to be called is as resolved as that call
    called = {source_of(copies, row[2]) for row in facts.code if row[0] == op.CALL and (name, row[5]) in observed}
    reported: set[int] = set()
    for row in s.code(aid):
        if row[0] != op.CALL:
            continue
        place = row[5]
        forced = s.reasons.get(Site(aid, place))
        if forced in FORCED:
            if (name, place) not in observed and row[1] not in called:
                reported.add(row[1])
                yield place, forced, True
        elif (name, place) not in observed and source_of(copies, row[2]) not in reported:
            # else what such a getattr returned: one cause, one row
            if any(is_made_at_run_time(s, value) for value in s.pts[base + row[2]] or ()):
                yield place, "eval/exec", True
            elif has_unknown(s, base + row[2]):
                yield place, forced or why(s, aid, row[2], receivers), True
            else:
                yield place, forced or why(s, aid, row[2], receivers), False


def uses(s: State, aid: Activation, facts: FunctionFacts, dynamic: set[str]) -> Iterator[tuple[int, str, bool]]:
    """Reads of attributes and `with` of objects of which nothing is known, where they may call something."""
    base = s.a_base[aid]
    any_name = "*" in dynamic and facts.kind not in ("module", "class")
    for row in s.code(aid):
        may_call = row[0] == op.ATTR and (any_name or row[3] in dynamic)
        may_call |= row[0] == op.ENTER and not dynamic.isdisjoint(ENTERING)
        if may_call and row[4] >= 0 and is_blank(s, base + row[2]):
            yield row[4], "unknown receiver", False


ENTERING = ("__enter__", "__aenter__")


def dynamic_names(s: State) -> set[str]:
    """The attributes that run something when they are read of some object: properties and descriptors of the classes
    whose bodies ran, and what `with` calls; "*" where a class that is constructed has a `__getattr__`."""
    found = set()
    for (owner, name), var in s.fields.items():
        if s.kinds[owner] == CLASS and s.pts[var]:
            if name in ("__getattr__", "__getattribute__") and owner in s.constructed:
                found.add("*")
            elif name in ENTERING or any(
                s.kinds[v] == PROPERTY or (s.kinds[v] == INST and has_get(s, v)) for v in s.pts[var] or ()
            ):
                found.add(name)
    return found


def has_get(s: State, value: Value) -> bool:
    """Whether the class of an object defines `__get__` itself."""
    return "__get__" in s.own.get(s.rows[value].cls, ())


def is_blank(s: State, var: int) -> bool:
    """Whether nothing is known of what a variable holds."""
    return all(s.kinds[value] in (UNKNOWN, XRES, NONE) for value in s.pts[var] or ())


def has_unknown(s: State, var: int) -> bool:
    """Whether a variable holds, beside others, a value of which nothing is known."""
    return any(s.kinds[value] == UNKNOWN for value in s.pts[var] or ())


def is_made_at_run_time(s: State, value: Value) -> bool:
    """Whether a value came out of code that the program made."""
    return s.kinds[value] == XRES and s.rows[value].dotted.startswith(MADE_AT_RUN_TIME)


def source_of(copies: dict[int, int], reg: int) -> int:
    """The register that a value was copied from, through its versions."""
    for _ in range(20):
        if reg not in copies:
            break
        reg = copies[reg]
    return reg


def why(s: State, aid: Activation, callee: int, receivers: dict[int, int]) -> str:
    """The reason that a callee is not known; where values were dropped at the end of a budget, that is one."""
    if s.gave_up:
        return "widened"
    base = s.a_base[aid]
    held = s.holds(base + callee)
    if callee in receivers:
        of = s.holds(base + receivers[callee])
        if of and any(s.kinds[v] != UNKNOWN for v in of):
            return "dynamic attribute"
        return "unknown receiver"
    for row in s.facts[s.a_function[aid]].code:
        if row[0] == op.GLOBAL and row[1] == callee and not held:
            return "undefined name"
    return "unknown callee"
