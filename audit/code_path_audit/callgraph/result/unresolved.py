"""Call sites at which something may run that the graph does not have, each with its reason.

A call is told where nothing resolves it, in any context, but for a guess; where a value of which nothing is known may
be called beside those that are known; and where code that the program made or loaded at run time is called. A read of
an attribute is told where nothing is known of the object, and some class of the source has a property of that name, or
a `__getattr__`; a `with` where nothing is known of what is entered, and some class of the source can be. So is a read
of what is a property somewhere, where no object that is known has such an attribute, and the call of a method of what a
library gave, where a class of the source below one of that library has such a method; and a request whose path fits
nothing but routes that a library has itself (`include("library.urls")`). Where a variable was widened,
values that are called or read may be missing: that is told too. A function that is reached by guesses alone is not
followed, and so all of its calls are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.model import OBSERVED, Unresolved
from code_path_audit.callgraph.result.rows import ByKind, Instructions, Rows, origins
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
from code_path_audit.callgraph.solver.ids import Activation, Function, Value, Var
from code_path_audit.callgraph.solver.points_to import CAP_OF_KIND
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.unwritten import UNWRITTEN

FORCED = ("getattr", "eval/exec", "dynamic import")
"""Reasons that stand whatever else is known of a call."""

MADE_AT_RUN_TIME = (
    "builtins.exec()", "builtins.eval()", "runpy.", "types.FunctionType", "types.ModuleType.",
    "importlib.import_module()",
)  # fmt: skip
"""How values are called that come out of code which is no part of the source."""

MADE = frozenset((XRES, XINST, XMETHOD))
"""The kinds of such values."""


def unresolved(
    s: State, reached: set[Activation], edges: Rows, externals: Rows, guessed: Rows, open_ended: set[Var],
    instructions: Instructions,
) -> tuple[Unresolved, ...]:  # fmt: skip
    """One row a call site; `guessed`: the edges that were not followed; `open_ended`: `incomplete` variables."""
    followed_at = {key[:2] for key in edges}
    resolved = followed_at | {key[:2] for key in externals}
    resolved.update(origins(s, [site for site in s.answered if site.activation in reached]))
    observed = {key[:2] for key in edges if key[3] == OBSERVED}
    dynamic, below = dynamic_names(s), methods_below(s)
    rows: dict[tuple[str, int], Unresolved] = {}
    asked: dict[Function, Asked] = {}
    doubts = Doubts(s, open_ended)
    for aid in sorted(reached):
        fid = s.a_function[aid]
        if fid in s.synthetic:
            continue
        name, facts = s.names[fid], s.facts[fid]
        known = asked.get(fid)
        if known is None:
            known = asked[fid] = asked_of(s, aid, instructions, dynamic, below, observed, resolved)
        for place, reason in (
            *calls(s, aid, known, doubts),
            *uses(s, aid, known, open_ended),
            *((place, "unknown receiver") for place in given(s, aid, known) if (name, place) not in followed_at),
        ):
            key = (name, place)
            if key not in rows:
                rows[key] = Unresolved(name, place, reason, facts.sites[place].text)
    for site in s.elsewhere:
        if site.activation in reached and (key := (s.names[s.a_function[site.activation]], site.place)) not in rows:
            rows[key] = Unresolved(
                *key, "unknown callee", s.facts[s.a_function[site.activation]].sites[site.place].text
            )
    for name, place in lacking(s, reached, dynamic, instructions):
        if (name, place) not in resolved and (name, place) not in rows:
            rows[name, place] = Unresolved(name, place, "dynamic attribute", s.facts[s.fids[name]].sites[place].text)
    followed = {s.names[s.a_function[aid]] for aid in reached}
    for name in sorted({key[2] for key in guessed} - followed):
        facts = s.facts[s.fids[name]]
        for place in () if op.only_raises(facts.code) else sorted(places(instructions.of(facts), dynamic)):
            rows[name, place] = Unresolved(name, place, "only possible", facts.sites[place].text)
    return tuple(sorted(rows.values()))


def places(instructions: ByKind, dynamic: set[str]) -> set[int]:
    """The call sites of a function of which nothing is looked at."""
    found = {row[5] for row in instructions[op.CALL]}
    found.update(row[4] for row in instructions[op.ATTR] if row[3] in dynamic)
    if not dynamic.isdisjoint(ENTERING):
        found.update(row[4] for row in instructions[op.ENTER])
    return {place for place in found if place >= 0}


class AskedCall(NamedTuple):
    """A call that is looked at: its place, the registers of its result and of its callee, of what that was copied from,
    and of what it is an attribute of, or its own; whether that is seen to be called; whether the call is resolved in
    some context."""

    place: int
    result: int
    callee: int
    source: int
    receiver: int
    is_called: bool
    is_resolved: bool


class Asked(NamedTuple):
    """What is looked at in each activation of a function: `calls`; `uses`, reads of attributes and `with` that may call
    something, each with its place, a register and whether it is resolved in some context, and `given`, calls of methods
    that a class below one of a library has, each with its place and a register; registers that attributes and globals
    are read into."""

    calls: tuple[AskedCall, ...]
    uses: tuple[tuple[int, int, bool], ...]
    given: tuple[tuple[int, int, frozenset[str]], ...]
    receivers: dict[int, int]
    names: set[int]


def asked_of(
    s: State,
    aid: Activation,
    instructions: Instructions,
    dynamic: set[str],
    below: dict[str, set[str]],
    observed: set[tuple[str, int]],
    resolved: set[tuple[str, int]],
) -> Asked:
    """What is looked at in the activations of a function, of which this is one: they have the same code."""
    facts = s.facts[s.a_function[aid]]
    written, running = instructions.of(facts), instructions.that_run(aid)
    name = s.names[s.a_function[aid]]
    receivers: dict[int, int] = {row[1]: row[2] for row in written[op.ATTR]}
    names = {row[1] for row in written[op.GLOBAL]}
    copies = copied(facts, written)
    # a getattr whose result was seen to be called is as resolved as that call
    called = {source_of(copies, row[2]) for row in written[op.CALL] if (name, row[5]) in observed} if observed else ()
    calls = tuple(
        AskedCall(
            row[5], row[1], row[2], source_of(copies, row[2]) if row[2] in copies else row[2],
            receivers.get(row[2], int(row[2])), row[1] in called, (name, row[5]) in resolved,
        )
        # nobody wrote these: what a schema's fields are of need not be a schema
        for row in (() if facts.name.endswith(UNWRITTEN) else running[op.CALL])
        if (name, row[5]) not in observed
    )  # fmt: skip
    any_name = "*" in dynamic and facts.kind not in ("module", "class")
    used = [row for row in running[op.ATTR] if any_name or row[3] in dynamic]
    used += running[op.ENTER] if not dynamic.isdisjoint(ENTERING) else ()
    uses = tuple((row[4], row[2], (name, row[4]) in resolved) for row in used if row[4] >= 0)
    return Asked(calls, uses, tuple(methods_given(running, below)), receivers, names)


def copied(facts: FunctionFacts, written: ByKind) -> dict[int, int]:
    """What each register that only has another value again was copied from, by the last instruction that does so."""
    if not written[op.AWAIT]:
        return {row[1]: row[2] for row in written[op.COPY]}
    return {row[1]: row[2] for row in facts.code if row[0] in (op.COPY, op.AWAIT)}


def methods_given(instructions: ByKind, below: dict[str, set[str]]) -> Iterator[tuple[int, int, frozenset[str]]]:
    """The calls of methods: their places, the registers of the objects, and the packages a class below one of which has
    such a method."""
    if not below:
        return
    read = {row[1]: row for row in instructions[op.ATTR]}
    for row in instructions[op.CALL]:
        if row[5] >= 0 and row[2] in read:
            _, _, receiver, name, *_ = read[row[2]]
            packages = frozenset(package for package, names in below.items() if name in names)
            if packages:
                yield row[5], receiver, packages


class Doubts:
    """Values and variables that leave open what is called: code that the program made, values of which nothing is
    known, variables of which values may be missing."""

    def __init__(self, s: State, open_ended: set[Var]) -> None:
        made = [Value(value) for value, kind in enumerate(s.kinds) if kind in MADE]
        self.loaded = {value for value in made if is_of_loaded_code(s, value)}
        self.values = self.loaded | {Value(value) for value, kind in enumerate(s.kinds) if kind == UNKNOWN}
        self.open_ended = open_ended
        self.reasons: dict[Activation, dict[int, str]] = {}
        """Why the calls of an activation are not known, by their places, where the solver itself says so."""
        for (aid, place), reason in s.reasons.items():
            self.reasons.setdefault(aid, {})[place] = reason


NO_REASONS: dict[int, str] = {}


def calls(s: State, aid: Activation, asked: Asked, doubts: Doubts) -> Iterator[tuple[int, str]]:
    """The calls of an activation of which something is not known: place and reason."""
    base, open_ended, reasons = s.a_base[aid], doubts.open_ended, doubts.reasons.get(aid, NO_REASONS)
    reported: set[int] = set()
    for one in asked.calls:
        forced = reasons.get(one.place)
        if forced in FORCED:
            if not one.is_called:
                reported.add(one.result)
                yield one.place, forced
        elif one.source not in reported:
            # else what such a getattr returned: one cause, one row
            held = s.pts[base + one.callee]
            if held and not held.isdisjoint(doubts.values):
                is_loaded = not held.isdisjoint(doubts.loaded)
                reason = "eval/exec" if is_loaded else forced
                yield one.place, reason or why(s, aid, one.callee, asked.receivers, asked.names)
            elif base + one.callee in open_ended or base + one.receiver in open_ended:
                yield one.place, forced or "widened"
            elif not one.is_resolved:
                yield one.place, forced or why(s, aid, one.callee, asked.receivers, asked.names)


def uses(s: State, aid: Activation, asked: Asked, open_ended: set[Var]) -> Iterator[tuple[int, str]]:
    """Reads of attributes and `with` of objects of which nothing is known, where they may call something."""
    base = s.a_base[aid]
    for place, reg, is_resolved in asked.uses:
        is_open = base + reg in open_ended
        if (is_open or not is_resolved) and is_blank(s, base + reg):
            if not is_resolved:
                yield place, "unknown receiver"
        elif is_open:
            yield place, "widened"


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


def given(s: State, aid: Activation, asked: Asked) -> Iterator[int]:
    """The calls of a method of what a library gave, of which nothing is known."""
    base = s.a_base[aid]
    for place, receiver, packages in asked.given:
        for value in s.pts[base + receiver] or ():
            if s.kinds[value] == XRES and s.rows[value].dotted.partition(".")[0] in packages:
                yield place
                break


ENTERING = ("__enter__", "__aenter__")


def dynamic_names(s: State) -> set[str]:
    """The attributes that run something when they are read of some object: properties and descriptors of the classes
    whose bodies ran, and what `with` calls; "*" where a class that is constructed has a `__getattr__`."""
    found = set()
    classes_have = [(*key, var) for key, var in s.fields.items() if s.kinds[key[0]] == CLASS]
    for owner, name, var in classes_have:
        if s.pts[var]:
            if name in ("__getattr__", "__getattribute__") and owner in s.constructed:
                found.add("*")
            elif name in ENTERING or any(
                s.kinds[v] == PROPERTY or (s.kinds[v] == INST and has_get(s, v)) for v in s.pts[var] or ()
            ):
                found.add(name)
    return found


def lacking(
    s: State, reached: set[Activation], dynamic: set[str], instructions: Instructions
) -> Iterator[tuple[str, int]]:
    """The reads of what is a property of some class, of objects that are known, and of which none has such an attribute
    in any context: so something else comes there than what is known."""
    lack: dict[tuple[Function, int], set[Var] | None] = {}
    reads: dict[Function, list[Row]] = {}
    for aid in reached:
        base, fid = s.a_base[aid], s.a_function[aid]
        asked = reads.get(fid)
        if asked is None:
            rows = instructions.that_run(aid)[op.ATTR] if fid not in s.synthetic else []
            asked = reads[fid] = [row for row in rows if row[3] in dynamic and row[4] >= 0]
        for row in asked:
            held = s.pts[base + row[2]]
            before = lack.setdefault((fid, row[4]), set()) if held else None
            if held and before is not None:
                missing = [lacks(s, value, row[3]) for value in held]
                lack[fid, row[4]] = None if None in missing else before.union(filter(None, missing))
    stored = with_sources(s, {var for missing in lack.values() for var in missing or ()})
    lacking = [key for key, missing in lack.items() if missing is not None and missing.isdisjoint(stored)]
    return ((s.names[fid], place) for fid, place in sorted(lacking))


NOWHERE = Var(0)
"""In the place of a variable: nothing is there that somebody could store something in."""


def lacks(s: State, value: Value, name: str) -> Var | None:
    """Whether an object or a function is known not to have an attribute: its class has none, and nobody stores it
    there; or nothing is known of it. None where it may have it, else the variable that must get nothing for that."""
    kind = s.kinds[value]
    if kind in BLANK:
        return NOWHERE
    if kind not in (INST, FUNC, BOUND) or (kind == INST and classes.find(s, s.rows[value].cls, name) is not None):
        return None
    var = s.fields.get((value, name))
    return NOWHERE if var is None else None if s.pts[var] else var


def with_sources(s: State, wanted: set[Var]) -> set[Var]:
    """Those of some variables that get what another one holds, be that nothing."""
    return wanted.intersection(chain.from_iterable(filter(None, s.successors))) if wanted else wanted


def has_get(s: State, value: Value) -> bool:
    """Whether the class of an object defines `__get__` itself."""
    return "__get__" in s.own.get(s.rows[value].cls, ())


def is_blank(s: State, var: int) -> bool:
    """Whether nothing is known of what a variable holds."""
    for value in s.pts[var] or ():  # noqa: SIM110  # asked for each read: a generator takes longer
        if s.kinds[value] not in BLANK:
            return False
    return True


BLANK = frozenset((UNKNOWN, XRES, NONE))
"""The kinds of values of which nothing is known, or that are nothing."""


def incomplete(s: State, instructions: Instructions) -> set[Var]:
    """The variables that functions, classes or objects of the source did not fit into any more, and those that get what
    these hold; so are the parts that are taken out of a tuple where further tuples did not fit."""
    objects = [var for var, kinds in s.widened_kinds.items() if kinds & CAP_OF_KIND[INST]]
    tuples = with_successors(s, [var for var, kinds in s.widened_kinds.items() if kinds & CAP_OF_KIND[BOX]])
    if tuples:
        for aid in s.activations():
            base = s.a_base[aid]
            for row in instructions.that_run(aid)[op.UNPACK]:
                if base + row[1] in tuples:
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


def is_made_at_run_time(s: State, value: Value) -> bool:
    """Whether a value came out of code that the program made; what has its names is a dict like any other."""
    return s.kinds[value] == XRES and is_of_loaded_code(s, value)


def is_of_loaded_code(s: State, value: Value) -> bool:
    """Whether it is that, or an object of a class there, or what one has."""
    dotted = s.rows[value].dotted if s.kinds[value] in MADE else ""
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
