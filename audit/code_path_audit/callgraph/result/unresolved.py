"""Call sites at which something may run that the graph does not have, each with its reason.

A call is told where nothing resolves it, in any context, but for a guess; where a value of which nothing is known may
be called beside those that are known; and where code that the program made or loaded at run time is called. A read of
an attribute is told where nothing is known of the object, and some class of the source has a property of that name, or
a `__getattr__`; a `with` where nothing is known of what is entered, and some class of the source can be. So is a read
of what is a property somewhere, where no object that is known has such an attribute, and the call of a method of what a
library gave, where a class of the source below one of that library has such a method. Where a variable was widened,
values that are called or read may be missing: that is told too. A function that is reached by guesses alone is not
followed, and so all of its calls are told.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.model import OBSERVED, Unresolved
from code_path_audit.callgraph.result.rows import Rows, origin
from code_path_audit.callgraph.solver.abstract_values import (
    BOUND,
    BOX,
    CLASS,
    FUNC,
    INST,
    NONE,
    PROPERTY,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import CAP_OF_KIND
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.unwritten import UNWRITTEN

FORCED = ("getattr", "eval/exec", "dynamic import")
"""Reasons that stand whatever else is known of a call."""

MADE_AT_RUN_TIME = (
    "builtins.exec()", "builtins.eval()", "runpy.", "types.FunctionType", "types.ModuleType.",
    "importlib.import_module()",
)  # fmt: skip
"""How values are called that come out of code which is no part of the source."""


def unresolved(
    s: State, reached: set[Activation], edges: Rows, externals: Rows, guessed: Rows, open_ended: set[Var]
) -> tuple[Unresolved, ...]:
    """One row a call site; `guessed`: the edges that were not followed; `open_ended`: `incomplete` variables."""
    followed_at = {key[:2] for key in edges}
    resolved = followed_at | {key[:2] for key in externals}
    resolved |= {origin(s, site) for site in s.answered if site.activation in reached}
    observed = {key[:2] for key in edges if key[3] == OBSERVED}
    dynamic, below = dynamic_names(s), methods_below(s)
    rows: dict[tuple[str, int], Unresolved] = {}
    for aid in sorted(reached):
        fid = s.a_function[aid]
        if fid in s.synthetic:
            continue
        name, facts = s.names[fid], s.facts[fid]
        for place, reason, is_partial in (
            # nobody wrote these: what a schema's fields are of need not be a schema
            *(calls(s, aid, facts, name, observed, open_ended) if not facts.name.endswith(UNWRITTEN) else ()),
            *uses(s, aid, facts, dynamic, open_ended),
            *((place, "unknown receiver", True) for place in given(s, aid, below) if (name, place) not in followed_at),
        ):
            key = (name, place)
            if key not in rows and (is_partial or key not in resolved):
                rows[key] = Unresolved(name, place, reason, facts.sites[place].text)
    for name, place in lacking(s, reached, dynamic):
        if (name, place) not in resolved and (name, place) not in rows:
            rows[name, place] = Unresolved(name, place, "dynamic attribute", s.facts[s.fids[name]].sites[place].text)
    followed = {s.names[s.a_function[aid]] for aid in reached}
    for name in sorted({key[2] for key in guessed} - followed):
        facts = s.facts[s.fids[name]]
        for place in () if op.only_raises(facts.code) else sorted(places(facts, dynamic)):
            rows[name, place] = Unresolved(name, place, "only possible", facts.sites[place].text)
    return tuple(sorted(rows.values()))


def places(facts: FunctionFacts, dynamic: set[str]) -> set[int]:
    """The call sites of a function of which nothing is looked at."""
    found = {row[5] for row in facts.code if row[0] == op.CALL}
    for row in facts.code:
        if (row[0] == op.ATTR and row[3] in dynamic) or (row[0] == op.ENTER and not dynamic.isdisjoint(ENTERING)):
            found.add(row[4])
    return {place for place in found if place >= 0}


def calls(
    s: State,
    aid: Activation,
    facts: FunctionFacts,
    name: str,
    observed: set[tuple[str, int]],
    open_ended: set[Var],
) -> Iterator[tuple[int, str, bool]]:
    """The calls of an activation of which something is not known: place, reason, and whether that is so whatever else
    is known."""
    base = s.a_base[aid]
    receivers = {row[1]: row[2] for row in facts.code if row[0] == op.ATTR}
    names = {row[1] for row in facts.code if row[0] == op.GLOBAL}
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
            if any(is_of_loaded_code(s, value) for value in s.pts[base + row[2]] or ()):
                yield place, "eval/exec", True
            elif has_unknown(s, base + row[2]):
                yield place, forced or why(s, aid, row[2], receivers, names), True
            elif base + row[2] in open_ended or base + receivers.get(row[2], int(row[2])) in open_ended:
                yield place, forced or "widened", True
            else:
                yield place, forced or why(s, aid, row[2], receivers, names), False


def uses(
    s: State, aid: Activation, facts: FunctionFacts, dynamic: set[str], open_ended: set[Var]
) -> Iterator[tuple[int, str, bool]]:
    """Reads of attributes and `with` of objects of which nothing is known, where they may call something."""
    base = s.a_base[aid]
    any_name = "*" in dynamic and facts.kind not in ("module", "class")
    for row in s.code(aid):
        may_call = row[0] == op.ATTR and (any_name or row[3] in dynamic)
        may_call |= row[0] == op.ENTER and not dynamic.isdisjoint(ENTERING)
        if may_call and row[4] >= 0:
            if is_blank(s, base + row[2]):
                yield row[4], "unknown receiver", False
            elif base + row[2] in open_ended:
                yield row[4], "widened", True


def methods_below(s: State) -> dict[str, set[str]]:
    """The methods of the classes of the source that derive from one of a library, by the library's package: what a
    library gives of which nothing is known may be an object of such a class. Where stubs know the class, they know what
    it has."""
    found: dict[str, set[str]] = {}
    for cls, names in s.own.items():
        for outside in classes.outside_bases(s, cls):
            dotted = s.rows[outside].dotted
            if not s.stubs.mro(dotted):
                found.setdefault(dotted.partition(".")[0], set()).update(n for n in names if not n.startswith("_"))
    return found


def given(s: State, aid: Activation, below: dict[str, set[str]]) -> Iterator[int]:
    """The calls of a method of what a library gave, of which nothing is known."""
    base = s.a_base[aid]
    read = {row[1]: row for row in s.code(aid) if row[0] == op.ATTR}
    for row in s.code(aid):
        if row[0] == op.CALL and row[5] >= 0 and row[2] in read:
            _, _, receiver, name, *_ = read[row[2]]
            for value in s.pts[base + receiver] or ():
                if s.kinds[value] == XRES and name in below.get(s.rows[value].dotted.partition(".")[0], ()):
                    yield row[5]
                    break


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


def lacking(s: State, reached: set[Activation], dynamic: set[str]) -> Iterator[tuple[str, int]]:
    """The reads of what is a property of some class, of objects that are known, and of which none has such an attribute
    in any context: so something else comes there than what is known."""
    stored = with_sources(s)
    lack: dict[tuple[Function, int], bool] = {}
    for aid in reached:
        base, fid = s.a_base[aid], s.a_function[aid]
        for row in s.code(aid) if fid not in s.synthetic else ():
            if row[0] != op.ATTR or row[3] not in dynamic or row[4] < 0:
                continue
            held = s.pts[base + row[2]]
            if held and lack.get((fid, row[4]), True):
                lack[fid, row[4]] = all(lacks(s, value, row[3], stored) for value in held)
    return ((s.names[fid], place) for (fid, place), is_lacking in sorted(lack.items()) if is_lacking)


def lacks(s: State, value: Value, name: str, stored: bytearray) -> bool:
    """Whether an object or a function is known not to have an attribute: its class has none, and nobody stores it
    there; or nothing is known of it."""
    kind = s.kinds[value]
    if kind in (UNKNOWN, XRES, NONE):
        return True
    if kind not in (INST, FUNC, BOUND) or (kind == INST and classes.find(s, s.rows[value].cls, name) is not None):
        return False
    var = s.fields.get((value, name))
    return var is None or not (s.pts[var] or stored[var])


def with_sources(s: State) -> bytearray:
    """By variable, whether it gets what another one holds, be that nothing."""
    found = bytearray(len(s.pts))
    for targets in s.successors:
        for target in targets or ():
            found[target] = 1
    return found


def has_get(s: State, value: Value) -> bool:
    """Whether the class of an object defines `__get__` itself."""
    return "__get__" in s.own.get(s.rows[value].cls, ())


def is_blank(s: State, var: int) -> bool:
    """Whether nothing is known of what a variable holds."""
    return all(s.kinds[value] in (UNKNOWN, XRES, NONE) for value in s.pts[var] or ())


def incomplete(s: State) -> set[Var]:
    """The variables that functions, classes or objects of the source did not fit into any more, and those that get what
    these hold; so are the parts that are taken out of a tuple where further tuples did not fit."""
    objects = [var for var, kinds in s.widened_kinds.items() if kinds & CAP_OF_KIND[INST]]
    tuples = with_successors(s, [var for var, kinds in s.widened_kinds.items() if kinds & CAP_OF_KIND[BOX]])
    if tuples:
        for aid in range(len(s.a_function)):
            base = s.a_base[aid]
            for row in s.code(Activation(aid)):
                if row[0] == op.UNPACK and base + row[1] in tuples:
                    objects += [Var(base + target) for target in row[2]]
    return with_successors(s, objects)


def with_successors(s: State, variables: list[Var]) -> set[Var]:
    """Some variables, and all that get what these hold."""
    todo, found = list(variables), set(variables)
    while todo:
        for target in s.successors[todo.pop()] or ():
            if target not in found:
                found.add(target)
                todo.append(target)
    return found


def has_unknown(s: State, var: int) -> bool:
    """Whether a variable holds, beside others, a value of which nothing is known."""
    return any(s.kinds[value] == UNKNOWN for value in s.pts[var] or ())


def is_made_at_run_time(s: State, value: Value) -> bool:
    """Whether a value came out of code that the program made; what has its names is a dict like any other."""
    return s.kinds[value] == XRES and is_of_loaded_code(s, value)


def is_of_loaded_code(s: State, value: Value) -> bool:
    """Whether it is that, or an object of a class there, or what one has."""
    dotted = s.rows[value].dotted if s.kinds[value] in (XRES, XINST, XMETHOD) else ""
    return dotted.startswith(MADE_AT_RUN_TIME) and ".__dict__." not in dotted


def source_of(copies: dict[int, int], reg: int) -> int:
    """The register that a value was copied from, through its versions."""
    for _ in range(20):
        if reg not in copies:
            break
        reg = copies[reg]
    return reg


def why(s: State, aid: Activation, callee: int, receivers: dict[int, int], names: set[int]) -> str:
    """The reason that a callee is not known; where values were dropped at the end of a budget, that is one. `receivers`
    are the registers that attributes are read of, by what is read, `names` those that globals are read into."""
    if s.gave_up:
        return "widened"
    base = s.a_base[aid]
    held = s.holds(base + callee)
    if callee in receivers:
        of = s.holds(base + receivers[callee])
        if of and any(s.kinds[v] != UNKNOWN for v in of):
            return "dynamic attribute"
        return "unknown receiver"
    return "undefined name" if callee in names and not held else "unknown callee"
