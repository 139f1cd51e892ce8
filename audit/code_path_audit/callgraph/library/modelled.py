"""What a library model says of a call: which arguments are called, kept and asked, what is fired, what it gives.

What a row says is carried out where the call is; what no row speaks of is left to what libraries usually do
(`escapes.py`). A row without a doubt makes certain edges, one with a "?" likely ones; of several callees at one call
each is likely. Wrong where another version of the library does otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from code_path_audit.callgraph.behaviours import NO_FACTS, PROCESS, SELF, Facts, Place
from code_path_audit.callgraph.functions.invocation import call_back_into
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.modules import load, module_names
from code_path_audit.callgraph.library import routes
from code_path_audit.callgraph.library.escapes import escape, on_fire, on_method, overridden
from code_path_audit.callgraph.library.given import GivenVar, called_with, of_class
from code_path_audit.callgraph.library.holders import MODELLED, can_keep, groups_of, keeps, on_keeper, use_kept
from code_path_audit.callgraph.library.loaded_packages import (
    load_all_named,
    load_all_settings,
    load_named,
    load_settings,
    named_by,
    registry_of,
)
from code_path_audit.callgraph.library.overrides import Decorated
from code_path_audit.callgraph.library.routes import Routes
from code_path_audit.callgraph.library.stored_attributes import store_items, store_named
from code_path_audit.callgraph.library.summaries import use, use_all
from code_path_audit.callgraph.library.text_imports import Wanted, want
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import (
    BOX,
    CALLABLES,
    CLASS,
    FUNC,
    INST,
    MODULE,
    PARTIAL,
    STR,
    XINST,
    XRES,
)
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State


class FromModel:
    """What library models say, looked up."""

    def __init__(self) -> None:
        self.facts: dict[str, Facts] = {}
        """Of a function, by its dotted name."""
        self.elements: dict[tuple[Var, Site], Var] = {}
        """The variable of what the values of another have in them, by the call site that goes through those."""


def facts_of(s: State, dotted: str) -> Facts:
    """What models say of a function, or of the method of a base that the stubs know."""
    known = s.tables[FromModel].facts
    found = known.get(dotted)
    if found is None:
        found = s.behaviours.facts(dotted)
        if found is NO_FACTS:
            owner, _, name = dotted.rpartition(".")
            above = (
                s.behaviours.facts(f"{base}.{name}") for base in s.stubs.mro(owner)[1:] if base != "builtins.object"
            )
            found = next((row for row in above if row is not NO_FACTS), found)
            if found is NO_FACTS and name == "__init__":  # super().__init__(...): what making an object of it does
                found = s.behaviours.facts(owner)
        known[dotted] = found
    return found


def carry_out(s: State, call: Call, dotted: str, facts: Facts, receiver: Value | None, dst: Var) -> Call:
    """All rows of a function; what is left of the call is what no row speaks of."""
    out = s.variable()
    gives = given_by(s, call, facts, receiver)
    if gives and not (facts.calls or facts.keeps or facts.asks):
        for var, _ in call.pos[:1]:
            called_with(s, var, gives)
    for place in facts.calls:
        for var in meant(s, call, place, receiver):
            var = named_by(s, var, call.site)
            if gives:
                called_with(s, var, gives)
            call_now(s, call.site, place, var, out)
    for place in facts.keeps:
        for var in meant(s, call, place, receiver):
            kept = out if place.called else var
            if gives:
                called_with(s, var, gives)
                called_with(s, kept, gives)
            keep(s, place, kept, dotted, receiver, dst)
            if receiver in s.tables[Routes].of_result:
                routes.answers(s, s.tables[Routes].of_result[receiver], (kept,))
            s.watch(kept, on_class_with_arguments, 0)
    for place in facts.loads:
        if place.module:
            load_all_named(s, place.module, call.site, dotted)
            continue
        for var in arguments(s, call, place):
            load_named(s, named_by(s, var, call.site), call.site, dotted, place.member)
    for place in facts.settings:
        if place.module:
            load_all_settings(s, place.module, call.site, dotted)
            continue
        for var in arguments(s, call, place):
            store_items(s, dotted, var)
            load_settings(s, named_by(s, var, call.site), call.site, dotted)
    if facts.names:
        name, *what = (tuple(arguments(s, call, place)) for place in facts.names)
        for var in (var for found in what for var in found):
            store_named(s, dotted, name, var, is_property=any(keyword in PROPERTIES for keyword, _ in call.kw))
    if facts.routes:
        route(s, call, dotted, facts, receiver, dst)
    for place in () if hands_on(s, facts, receiver) else facts.fires:
        evidence = Evidence.LIKELY if place.perhaps else Evidence.CERTAIN
        fire_place(s, call, place, dotted, receiver, evidence, dst)
    for place in facts.asks:
        if place.owner:
            ask_kept(s, call, place, registry_of(s, dotted) if place.owner == PROCESS else receiver, gives)
        else:
            ask_arguments(s, call, place, gives)
    if facts.returned is not None:
        give_back(s, call, facts.returned, receiver, out, dst)
    return left_over(call, facts)


def route(s: State, call: Call, dotted: str, facts: Facts, receiver: Value | None, dst: Var) -> None:
    """The path of a handler, or that of a request."""
    path, *handler = facts.routes
    paths = list(arguments(s, call, path._replace(elements=False)))
    if handler:
        routes.answers(s, paths, [var for place in handler for var in arguments(s, call, place)])
    elif path.elements:
        routes.listed(s, paths)
    elif facts.fires or facts.asks:
        routes.asks(s, call.site, paths, dotted.rpartition(".")[2])
    else:
        routes.gives_decorator(s, paths, dst)


def ask_kept(s: State, call: Call, place: Place, holder: Value | None, gives: tuple[GivenVar, ...]) -> None:
    """A member is asked of all that an object, or the library, keeps."""
    if holder is None or not can_keep(s, holder):
        return
    evidence = Evidence.LIKELY if place.perhaps else Evidence.CERTAIN
    for is_class in (False, True):
        use_kept(s, holder, call.site, (on_member_asked, place.member, is_class, evidence))
    s.watch(s.field(holder, "#methods"), on_name_asked, (call.site, holder, Evidence.LIKELY))
    for group in list(groups_of(s, holder)) if gives else ():
        called_with(s, group, gives, place.member)


def ask_arguments(s: State, call: Call, place: Place, gives: tuple[GivenVar, ...]) -> None:
    """A member is asked of an argument, or of what that names."""
    evidence = Evidence.LIKELY if place.perhaps else Evidence.CERTAIN
    for argument in arguments(s, call, place):
        var = named_by(s, argument, call.site)
        if not place.called:
            want(s, argument, Wanted(var, call.site, place.member))
        use_all(s, call.site, (on_member_asked, place.member, place.called, evidence), var)
        if gives:
            called_with(s, var, gives, place.member)


PROPERTIES = ("property", "reify")
"""Keywords of a call that names an attribute: it is a property."""


def given_by(s: State, call: Call, facts: Facts, receiver: Value | None) -> tuple[GivenVar, ...]:
    """What the callbacks of a function get, as variables."""
    rows: list[GivenVar] = []
    for given in facts.gives:
        if given.place is None:
            rows.append(GivenVar(given.position, given.name, (of_class(s, given.dotted),)))
        elif given.place.owner == SELF:
            var = s.variable()
            if receiver is not None:
                s.add(var, receiver)
            rows.append(GivenVar(given.position, given.name, (var,)))
        else:
            rows.append(GivenVar(given.position, given.name, tuple(arguments(s, call, given.place))))
    return tuple(rows)


def hands_on(s: State, facts: Facts, receiver: Value | None) -> bool:
    """Whether a method does its work by another of its object that the class below overrides: what is kept is then
    called from where that one goes on to its base."""
    if receiver is None or s.kinds[receiver] != INST:
        return False
    asked = (name for name, is_beginning, perhaps in facts.methods or () if not (is_beginning or perhaps))
    return any(isinstance(classes.find(s, s.rows[receiver].cls, name), classes.Own) for name in asked)


def left_over(call: Call, facts: Facts) -> Call:
    """A call without the arguments that rows speak of."""
    spoken = [
        *facts.calls, *(p for p in (*facts.keeps, *facts.asks) if not p.owner), *facts.nothing, *facts.names,
        *(p for p in (*facts.loads, *facts.settings) if not p.module), *([facts.returned] if facts.returned else ()),
    ]  # fmt: skip
    if facts.face:
        spoken.append(Place(position=0))
    if any(place.is_any for place in spoken):
        return call._replace(pos=(), kw=())
    names = {place.name for place in spoken}
    pos = tuple(row for index, row in enumerate(call.pos) if not any(place.covers(index) for place in spoken))
    return call._replace(pos=pos, kw=tuple(row for row in call.kw if row[0] is None or row[0] not in names))


def arguments(s: State, call: Call, place: Place) -> Iterator[Var]:
    """The variables of what is meant by a place: the argument itself, or what it has in it.

    An unpacked argument in front of it, or at its place, may have it among its elements.
    """
    for index, (var, star) in enumerate(call.pos):
        if place.is_any or place.covers(index) or (star and 0 <= index <= place.position):
            yield from of_argument(s, call, elements(s, call, var) if star else var, place)
    for keyword, var in call.kw:
        if place.is_any or (keyword is not None and keyword == place.name):  # of a mapping, what it holds is meant
            yield from of_argument(s, call, var, place)


def meant(s: State, call: Call, place: Place, receiver: Value | None) -> Iterator[Var]:
    """The variables of what is meant by a place: arguments, or the object, or the class, whose method is called."""
    if place.owner != SELF:
        yield from arguments(s, call, place)
    elif receiver is not None:
        var = s.variable()
        s.add(var, receiver)
        yield var


def of_argument(s: State, call: Call, var: Var, place: Place) -> Iterator[Var]:
    """The argument, or its elements."""
    yield elements(s, call, var) if place.elements else var


def elements(s: State, call: Call, var: Var) -> Var:
    """A variable with the elements of what another holds."""
    known = s.tables[FromModel].elements
    key = var, call.site
    found = known.get(key)
    if found is None:
        found = known[key] = s.variable()
        containers.iterate(s, var, found, call.site, False)
        s.watch(var, on_mapping, found)
    return found


@sees(BOX)
def on_mapping(s: State, out: Var, value: Value) -> None:
    """A dict has its values in it."""
    if s.rows[value].box_kind == "dict":
        s.flow(containers.all_field(s, value), out)


def call_now(s: State, site: Site, place: Place, var: Var, out: Var) -> None:
    """An argument that the function calls."""
    if place.perhaps:
        use_all(s, site, (on_perhaps,), var)
    else:
        s.watch(var, call_back_into, (site, (), out))


@sees(*CALLABLES, INST)
def on_perhaps(s: State, data: tuple[Site], value: Value) -> None:
    """One value that the function calls in some cases."""
    (site,) = data
    if s.kinds[value] in CALLABLES:
        escape(s, site, value, evidence=Evidence.LIKELY)
    else:
        use(s, site, (on_method, "__call__", Evidence.LIKELY), value, Evidence.LIKELY)


def keep(s: State, place: Place, var: Var, dotted: str, receiver: Value | None, dst: Var) -> None:
    """An argument that is kept: by the object whose method it is, by what is returned, or by the library itself."""
    where = place.where or ("self" if receiver is not None and can_keep(s, receiver) else "result")
    if where.endswith(PROCESS):
        registry = registry_of(s, dotted if where == PROCESS else where)
        keeps(s, registry, var, MODELLED)
        s.watch(var, on_method_name, s.field(registry, "#methods"))
    elif where == SELF and receiver is not None:
        keeps(s, receiver, var, MODELLED, not dotted.endswith("()"))
    else:
        s.watch(dst, on_keeper, (var, MODELLED))


MAKING = ("__init__", "initialize")
"""What an object gets its arguments by."""

MAX_ROUTES = 3
"""Containers within one another that are kept."""


@sees(BOX)
def on_class_with_arguments(s: State, depth: int, value: Value) -> None:
    """A container that is kept: a tuple with a class and a dict of texts in it has what the class is made with, as in
    `(r"/orders", Orders, {"store": store})`."""
    if depth < MAX_ROUTES:
        s.watch(s.field(value, "*"), on_class_with_arguments, depth + 1)
    if s.rows[value].box_kind == "tuple":
        s.watch(s.field(value, "*"), on_arguments, value)


@sees(BOX)
def on_arguments(s: State, around: Value, value: Value) -> None:
    """One dict beside a class."""
    if s.rows[value].box_kind == "dict":
        for text, var in containers.by_text(s, value):
            given = (GivenVar(-1, text, (var,)),)
            for name in MAKING:
                called_with(s, s.field(around, "*"), given, name)


@sees(STR)
def on_method_name(s: State, out: Var, value: Value) -> None:
    """A text that a library keeps where it asks its objects: the name of one of their methods."""
    if s.rows[value].text.isidentifier():
        s.add(out, value)


@sees(STR)
def on_name_asked(s: State, data: tuple[Site, Value, Evidence], value: Value) -> None:
    """Such a name, where a library asks all that it keeps."""
    site, holder, evidence = data
    for is_class in (False, True):
        use_kept(s, holder, site, (on_member_asked, s.rows[value].text, is_class, evidence))


def fire_place(
    s: State, call: Call, place: Place, dotted: str, receiver: Value | None, evidence: Evidence, dst: Var
) -> None:
    """Kept things that are called: those of the object, of the library, or of an argument."""
    holders: list[Value] = []
    if place.owner == PROCESS:
        holders = [registry_of(s, f"{place.name}." if place.name else dotted)]
    elif place.owner == SELF:
        holders = [receiver] if receiver is not None else []
    else:
        is_called = covered(place, facts_of(s, dotted).calls)
        for var in arguments(s, call, place):
            s.watch(var, on_object if is_called else on_holder, (call.site, evidence))
    for holder in holders:
        if can_keep(s, holder):
            use_kept(s, holder, call.site, (on_fire, s.field(holder, "#returned"), "", evidence))


@sees(XINST, XRES, INST, FUNC, PARTIAL)
def on_holder(s: State, data: tuple[Site, Evidence], value: Value) -> None:
    """An argument whose kept things are called; of a function, those of what a decorator made of it."""
    site, evidence = data
    holders = s.tables[Decorated].faces.get(value, ()) if s.kinds[value] in (FUNC, PARTIAL) else (value,)
    for holder in holders:
        if can_keep(s, holder):
            use_kept(s, holder, site, (on_fire, s.field(holder, "#returned"), "", evidence))


@sees(XINST, XRES, INST)
def on_object(s: State, data: tuple[Site, Evidence], value: Value) -> None:
    """An argument whose kept things are called, where it is an object: a function is called as itself."""
    on_holder(s, data, value)


def covered(place: Place, rows: Sequence[Place]) -> bool:
    """Whether what stands at a place is called as itself, too."""
    return any(row.position == place.position and row.name == place.name and not row.perhaps for row in rows)


@sees(INST, CLASS, MODULE)
def on_member_asked(s: State, data: tuple[Site, str, bool, Evidence], value: Value) -> None:
    """An argument of which a member is called or read; `is_class`: of an object of the class that it is."""
    site, member, is_class, evidence = data
    if s.kinds[value] == MODULE:
        if not is_class and member in module_names(s, s.rows[value].name):
            load(s, s.rows[value].name, site)
            use_all(s, site, (on_perhaps,), s.field(value, member))
        return
    if s.kinds[value] != (CLASS if is_class else INST):
        return
    if is_class:
        value = s.of(INST, value, 0)
    if member.endswith("*"):
        for name in classes.own_names(s, s.rows[value].cls):
            if name.startswith(member[:-1]) and (len(member) > 1 or not name.startswith("_")):
                use(s, site, (on_method, name, Evidence.LIKELY), value, Evidence.LIKELY)
    else:
        use(s, site, (on_method, member, evidence), value, evidence)


def give_back(s: State, call: Call, place: Place, receiver: Value | None, out: Var, dst: Var) -> None:
    """What the function returns: its object, an argument, or what calling that gave."""
    if place.owner == SELF:
        if receiver is not None:
            s.add(dst, receiver)
    elif place.called:
        s.flow(out, dst)
    else:
        for var in arguments(s, call, place):
            s.flow(var, dst)


def call_overrides(s: State, instance: Value, site: Site, facts: Facts) -> None:
    """A method of a base from outside asks its object for what the class below may override."""
    sure = tuple(name for name, is_beginning, perhaps in facts.methods or () if not (is_beginning or perhaps))
    other = tuple(
        name + ("*" if is_beginning else "")
        for name, is_beginning, perhaps in facts.methods or ()
        if is_beginning or perhaps
    )
    if sure:
        overridden(s, instance, site, sure, Evidence.CERTAIN)
    if other:
        overridden(s, instance, site, other, Evidence.LIKELY)
