"""Calls of what lies outside the source: by a model, else by what the stubs say that it returns and calls back.

A decorator of an unknown library is taken to return a thing that can be called like the function itself.
"""

from __future__ import annotations

import re

from code_path_audit.callgraph.behaviours import FACE_ALONE, NO_FACTS
from code_path_audit.callgraph.functions.invocation import call_back_into
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.library import (
    descriptors,
    objects_of_classes,
    passed_through,
    plugins,
    proxies,
    records,
    stored_attributes,
)
from code_path_audit.callgraph.library.collection_mixins import called_by
from code_path_audit.callgraph.library.default_factories import defaulting
from code_path_audit.callgraph.library.descriptors import ManagedAttributes
from code_path_audit.callgraph.library.escapes import (
    FOREIGN,
    fire,
    hand_over,
    hand_over_held,
    hand_to_foreign,
    hand_to_relatives,
    overridden,
    runs_what_it_holds,
)
from code_path_audit.callgraph.library.formatting import BEHAVIOURS as SHOWING
from code_path_audit.callgraph.library.formatting import shown, streams
from code_path_audit.callgraph.library.holders import (
    GLOBAL_HOLDERS,
    MODELLED,
    Holders,
    belongs,
    can_keep,
    content,
    hold,
    keeps,
    on_descendant,
    on_keeper,
    registry,
    shares,
)
from code_path_audit.callgraph.library.modelled import call_overrides, carry_out, facts_of
from code_path_audit.callgraph.library.overrides import Decorated
from code_path_audit.callgraph.library.proxies import Proxies
from code_path_audit.callgraph.library.stub_values import (
    PATH_LIMIT,
    add_type,
    argument_types,
    derived,
    holder_key,
    is_common,
    makes_object,
    type_of_value,
    typed_variable,
)
from code_path_audit.callgraph.library.summaries import use
from code_path_audit.callgraph.library.templates import rendered
from code_path_audit.callgraph.library.text_imports import asked, import_object
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import (
    BMETHOD,
    BOX,
    CALLABLES,
    CLASS,
    EXT,
    FUNC,
    INST,
    MODULE,
    PARTIAL,
    PROPERTY,
    STR,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Keywords, Positional, State
from code_path_audit.program.stubs.model import Resolved, StubClass, StubFunction

RUN_AT_ONCE = (
    "collections.UserDict",
    "collections.UserList",
    "socketserver.BaseRequestHandler",
    "html.parser.HTMLParser",
)
"""Classes of the standard library whose constructor calls what a class below overrides."""

REGISTERING = ("add", "set", "register", "append", "insert", "connect", "attach", "subscribe")
"""Methods with such names keep what they are given for later, and call nothing now."""


class OutsideCalls:
    """Calls of what lies outside."""

    def __init__(self) -> None:
        self.postponed: list[tuple[Call, Value]] = []
        """Calls of what an unknown library returned, for when all else is followed."""


def call_outside(s: State, call: Call, value: Value) -> None:
    """Call something outside the source."""
    kind = s.kinds[value]
    row = s.rows[value]
    if value in s.tables[Proxies].made_of:
        s.watch(proxies.real(s, value, call.site), call_real, call)
    if kind in (XINST, XRES) and s.frameworks.called(s, call, value):
        return
    if kind in (XRES, XINST):
        if kind == XRES and facts_of(s, row.dotted) is not NO_FACTS:
            s.calls_external(call.site, row.dotted, call.kind)
            call_named(s, call, row.dotted, None, value)
        else:
            s.tables[OutsideCalls].postponed.append((call, value))
    elif kind == EXT:
        if s.frameworks.called(s, call, value):
            return
        model = s.models.get(row.dotted)
        if model is None and is_denied(s, row.dotted):
            return
        s.calls_external(call.site, row.dotted, call.kind)
        if model is not None and model(s, call, value):
            return
        if call.pos and not call.pos[0][1] and row.dotted.count(".") > 1:
            s.watch(call.pos[0][0], on_unbound, (call, value))
        call_named(s, call, row.dotted, s.stubs.lookup(row.dotted), None)
    elif kind == XMETHOD:
        if s.frameworks.called(s, call, value):
            return
        owner, _, name = row.dotted.rpartition(".")
        found = s.stubs.member(owner, name)
        model = s.models.get(row.dotted) or (s.models.get(f"{found[0]}.{name}") if found is not None else None)
        if s.kinds[row.receiver] != PARTIAL:  # what a model made, calls what it holds, and nothing outside
            s.calls_external(call.site, row.dotted, call.kind)
        if model is not None and model(s, call, value):
            return
        if s.kinds[row.receiver] == INST:
            if name == "__init__":
                fill(s, call, s.of(EXT, owner), row.receiver)
            if found is None and facts_of(s, row.dotted) is NO_FACTS:
                s.later(call_unless_known, call, value)
                return
            asks_itself(s, row.receiver, row.dotted, call.site)
        call_named(s, call, row.dotted, found[1] if found else None, row.receiver)


METACLASSES = ("abc.ABCMeta", "enum.EnumMeta")
"""What classes of the standard library may be of, but for the builtin ones."""


def is_denied(s: State, dotted: str) -> bool:
    """Whether a name is asked of a class that the stubs know, and that has no such member: `int.register`."""
    owner, _, name = dotted.rpartition(".")
    if not s.stubs.mro(owner) or s.stubs.lookup(dotted) is not None:
        return False
    above = () if owner.startswith("builtins.") else METACLASSES
    return all(s.stubs.member(cls, name) is None for cls in (owner, "builtins.type", *above))


MANY_LACKING = 3
"""So many objects without a method say that not all of them come where it is called."""


def call_unless_known(s: State, call: Call, value: Value) -> None:
    """A method that a base of which nothing is known may have. Where objects of all kinds come together (the plugins of
    a program), and some have such a method in the source, those that would need it of such a base do not come here."""
    row = s.rows[value]
    held = s.holds(s.callees[call.site]) if call.site in s.callees else ()
    lacking = sum(s.kinds[v] == XMETHOD and s.kinds[s.rows[v].receiver] == INST for v in held)
    if lacking < MANY_LACKING or not is_known_callee(s, call):
        asks_itself(s, row.receiver, row.dotted, call.site)
        call_named(s, call, row.dotted, None, row.receiver)


def is_known_callee(s: State, call: Call) -> bool:
    """Whether something of the source is called at the same place."""
    callee = s.callees.get(call.site) if call.kind in ("call", "decorator") else None
    return callee is not None and any(s.kinds[v] in CALLABLES or s.kinds[v] in (BMETHOD, INST) for v in s.holds(callee))


@sees(INST)
def on_unbound(s: State, data: tuple[Call, Value], value: Value) -> None:
    """Base.__init__(self, ...): a method of a class outside, called with an object whose class extends it."""
    call, function = data
    if s.kinds[value] != INST:
        return
    owner, _, name = s.rows[function].dotted.rpartition(".")
    for outside in classes.outside_bases(s, s.rows[value].cls):
        if s.kinds[outside] == EXT and s.rows[outside].dotted == owner:
            call_inherited(s, call._replace(pos=call.pos[1:]), outside, name, value)


def call_real(s: State, call: Call, value: Value) -> None:
    """Call what a proxy stands for."""
    s.apply(s, call, value)


def call_unknown(s: State, call: Call, value: Value) -> None:
    """Call what an unknown external returned.

    Asked when nothing else is going on, and only where nothing of the source is called at the same place: such a value
    is then taken for the same thing decorated, not for a second callee.
    """
    path = s.rows[value].dotted
    if path.startswith(FOREIGN):
        hand_to_foreign(s, call, value)
        asked(s, call, path)
    if is_known_callee(s, call):
        is_guess = path.startswith(FOREIGN) and not any(s.kinds[v] == BMETHOD for v in s.holds(s.callees[call.site]))
        if is_guess and call.dst:  # what is found there may be something else
            s.add(call.dst, s.of(XRES, f"{path}()"[:PATH_LIMIT], 0))
        return
    row = s.rows[value]
    path = row.dotted if row.kind == XRES else f"{row.dotted}.__call__"
    s.calls_external(call.site, path, call.kind)
    found = s.stubs.member(row.dotted, "__call__") if row.kind == XINST else None
    call_named(s, call, path, found[1] if found else None, value)


def call_named(s: State, call: Call, dotted: str, entry: object, receiver: Value | None) -> None:
    """The general case: callbacks, what is kept, the result.

    A name that no stub knows gives an instance of itself if it looks like a class (`makes_object`), else something
    unknown that is called `dotted()`; a return type of a library model comes first.
    """
    key: object = (s.a_function[call.site.activation], call.site.place)
    unknown = entry is None
    s.steps += 20
    behaviour, made, facts = s.behaviours.of(dotted), None, facts_of(s, dotted)
    if behaviour == "import" and call.pos and unknown:
        import_object(s, call, s.of(EXT, dotted))
        return
    if behaviour == "module" and call.pos and unknown:
        s.models["importlib.import_module"](s, call, s.of(EXT, dotted))
        return
    if behaviour == "proxied" and receiver in s.tables[Proxies].made_of:
        s.flow(proxies.real(s, receiver, call.site), call.dst)
        return
    if behaviour == "template":
        rendered(s, call)
    known_return = s.behaviours.returned(dotted)
    dst = call.dst or s.variable()
    if known_return is not None:
        s.add(dst, s.of(XINST, known_return, (), holder_key(known_return, key)))
    elif facts.returned is not None:
        pass  # an argument, or what that gives: see `carry_out`
    elif facts.face and call.pos and (call.kind == "decorator" or dotted.endswith("()") or is_plain(call)):
        name = facts.face if facts.face != FACE_ALONE else ""
        made = s.of(XINST, name, (), key) if name else s.of(XRES, f"{dotted}()"[:PATH_LIMIT], key)
        # what a model says is kept is all that such an object and what it makes have in common
        kept = [place.where for place in facts.keeps if place.position == 0]
        s.watch(call.pos[0][0], on_decorated, (dst, made, None if kept else receiver, ""))
        if call.kind != "decorator":
            s.watch(call.pos[0][0], on_name_of_decorated, (dst, s.of(XRES, f"{dotted}()"[:PATH_LIMIT], key)))
        if kept and name:
            keep_face(s, call, dotted, made, receiver, is_registered=kept != ["result"])
    elif isinstance(entry, StubFunction | StubClass):
        receiver_type = type_of_value(s, receiver) if receiver is not None else None
        if receiver is not None and s.kinds[receiver] in (INST, CLASS):
            receiver_type = ("inst", dotted.rpartition(".")[0], ())
        args, keywords = argument_types(s, call)
        result_of(s, call._replace(dst=dst), dotted, entry, receiver, receiver_type, args, keywords)
        callbacks(s, call, entry, receiver_type, args, keywords, dst)
    elif entry is None and makes_object(dotted):
        made = s.of(XINST, dotted, (), key)
        if behaviour == "proxy":
            proxies.make(s, call, made)
        elif s.behaviours.hooked.get(dotted.partition(".")[0]):
            descriptors.declare(s, call, made)
        elif behaviour == "plugins":
            plugins.make(s, call, made)
        s.add(dst, made)
    else:
        made = s.of(XRES, f"{dotted}()"[:PATH_LIMIT], key)
        if receiver is not None and s.kinds[receiver] == XRES and s.rows[receiver].key:
            made = derived(s, receiver, f"{dotted}()")
        if behaviour == "proxy":
            proxies.make(s, call, made)
        elif behaviour.startswith("on "):
            descriptors.mark(s, call, made, behaviour)
            if call.kind == "decorator":
                descriptors.marked(s, call, made, call.pos[0][0])
        objects_of_classes.called(s, call, made)
        method = dotted.rpartition(".")[2]
        if (
            receiver is not None
            and method in GETS
            and s.kinds[receiver] in (XINST, XRES)
            and call.pos
            and not call.pos[0][1]
        ):
            stored_attributes.got_item(s, receiver, method, [var for var, _ in call.pos], dst, call.site)
        if receiver in s.tables[ManagedAttributes].marks and call.kind == "decorator":
            descriptors.marked(s, call, receiver, call.pos[0][0])
        if len(call.pos) == 1 and not call.kw and (call.kind == "decorator" or dotted.endswith("()")):
            s.watch(call.pos[0][0], on_decorated, (dst, made, receiver, dotted.rpartition(".")[2]))
        else:
            s.add(dst, made)
    is_made = isinstance(entry, StubClass) or makes_object(dotted) or behaviour in ("field", "factory", "proxy")
    if made is not None and behaviour in ("field", "factory"):
        records.declare(s, call, made, behaviour)
        call = records.without_factory(call, behaviour)
    if behaviour in SHOWING:
        shown(s, call, behaviour, receiver)
        call = streams(call)
        if receiver is None and dotted.partition(".")[0] in GLOBAL_HOLDERS:  # logging.info() asks the handlers too
            fire(s, s.of(XINST, dotted, (), dotted.partition(".")[0]), call.site)
    if unknown and facts is NO_FACTS and receiver is not None and s.kinds[receiver] == CLASS and not behaviour:
        factory(s, call, dotted.rpartition(".")[2], receiver, dst, made)
    if facts is not NO_FACTS:
        call = carry_out(s, call, dotted, facts, receiver, dst)
    elif unknown and receiver is not None and not behaviour:
        passed_through.called(s, call, receiver, dotted.rpartition(".")[2], dst)
    hand_over(s, call, dst, receiver, unknown, is_constructor=is_made)
    if unknown:
        hand_over_held(s, call, dotted)
    keeps_nothing = receiver is None or not can_keep(s, receiver)
    if isinstance(entry, StubFunction | StubClass) and keeps_nothing and not (is_made and holder_key(dotted, key)):
        hand_to_relatives(s, call, dotted)
    if receiver is not None:
        s.watch(dst, on_descendant, receiver)
        if s.kinds[receiver] == XINST and s.rows[receiver].key:
            s.flow(content(s, receiver), dst)
        if s.kinds[receiver] == XRES:
            s.flow(content(s, receiver), dst)
        name = dotted.rpartition(".")[2]
        if name.endswith(("()", "[]")) and len(dotted) < PATH_LIMIT:
            name = "__call__"  # what something returned, or an element, is called itself
        registers = facts.routes and not facts.asks  # what keeps a handler under a path calls none
        calls_none = facts.fires or facts.is_silent or registers
        if call.kind != "decorator" and not calls_none and may_use(s, receiver, name):
            fire(s, receiver, call.site, dst, name, is_known=facts._replace(routes=()) != NO_FACTS)


def is_plain(call: Call) -> bool:
    """Whether one argument is all that a call has: `never_cache(view)` decorates as `@never_cache` does."""
    return len(call.pos) == 1 and not (call.pos[0][1] or call.kw)


GETS = ("get", "setdefault")
"""Methods that give the item under a key: `context.meta.get("cart")`."""

MAKING = re.compile(r"(?:get|create|make|new|build|from|load|find|first|last|start|spawn|launch|open|instance)(?:_|$)")
"""How class methods are called that give an object of their class."""


def factory(s: State, call: Call, name: str, cls: Value, dst: Var, result: Value | None) -> None:
    """A method that only a base of which nothing is known has, called through the class: by its name it makes or finds
    an object of that class, which what it returns stands for; `start` and its like use that object, too. What
    `Orders.as_view()` returns stands for the class."""
    if MAKING.match(name):
        use(s, call.site, (on_factory, name, dst, call.pos, call.kw), cls, Evidence.LIKELY)
    elif name.startswith("as_") and result is not None and s.kinds[result] == XRES:
        kept = s.variable()
        s.add(kept, cls)
        s.tables[Holders].stands.add(result)
        keeps(s, result, kept, 2)


def on_factory(s: State, data: tuple[Site, str, Var, Positional, Keywords], cls: Value) -> None:
    """The same, when what is likely is followed."""
    site, name, dst, pos, kw = data
    made = s.variable()
    s.construct(s, Call(site, made, pos, kw, "callback", Evidence.LIKELY), cls)
    instance = s.of(INST, cls, 0)
    s.add(made, instance)
    s.add(dst, instance)
    s.watch(dst, on_keeper, (made, 1))
    if runs_what_it_holds(name):
        overridden(s, instance, site)


def keep_face(s: State, call: Call, dotted: str, made: Value, receiver: Value | None, is_registered: bool) -> None:
    """What a decorator makes of a function keeps it, and what the decorator got; who registers it keeps that."""
    keeps(s, made, call.pos[0][0], MODELLED)
    if receiver is not None and dotted.endswith("()"):
        shares(s, made, receiver)
    if receiver is not None and is_registered:
        face = s.variable()
        s.add(face, made)
        keeps(s, receiver, face, MODELLED, False)


Types = tuple[Resolved, ...]
NamedTypes = tuple[tuple[str, Resolved], ...]


def result_of(
    s: State,
    call: Call,
    dotted: str,
    entry: StubFunction | StubClass,
    receiver: Value | None,
    receiver_type: Resolved | None,
    args: Types,
    keywords: NamedTypes,
) -> None:
    """What the stubs say that a call gives."""
    key: object = (s.a_function[call.site.activation], call.site.place)
    dst = call.dst
    unpacked = any(star for _, star in call.pos) or any(k is None for k, _ in call.kw)
    returned = s.stubs.returns(entry, receiver_type, args, keywords, unpacked)
    if receiver is not None and returned == receiver_type and s.kinds[receiver] == INST:
        s.add(dst, receiver)  # Self
    add_type(s, returned, dst, f"{dotted}()", key)
    if any(s.kinds[v] == BOX for var, _ in call.pos for v in s.holds(var)):
        s.later(again, (call, entry, receiver_type, dst, f"{dotted}()", key), None)


def gives_its_type(s: State, call: Call, value: Value) -> None:
    """The result of a function that neither calls nor keeps what it is given, beyond what its model says."""
    dotted, receiver = s.rows[value].dotted, s.rows[value].receiver if s.kinds[value] == XMETHOD else None
    owner, _, name = dotted.rpartition(".")
    member = s.stubs.member(owner, name) if receiver is not None else None
    entry = s.stubs.lookup(dotted) if receiver is None else member and member[1]
    if call.dst and isinstance(entry, StubFunction | StubClass):
        args, keywords = argument_types(s, call)
        receiver_type = type_of_value(s, receiver) if receiver is not None else None
        result_of(s, call, dotted, entry, receiver, receiver_type, args, keywords)


def may_use(s: State, receiver: Value, name: str) -> bool:
    """Whether a method of an object may call what that holds: not those of common classes, nor those that keep."""
    if name.startswith(REGISTERING):
        return False
    return s.kinds[receiver] == INST or not is_common(s, name) or bool(registry(s, receiver))


def again(s: State, data: tuple[Call, StubFunction | StubClass, Resolved | None, Var, str, object], _: None) -> None:
    """What a call returns, asked once more when the elements of its arguments are known."""
    call, entry, receiver_type, dst, path, key = data
    args, keywords = argument_types(s, call)
    unpacked = any(star for _, star in call.pos) or any(k is None for k, _ in call.kw)
    add_type(s, s.stubs.returns(entry, receiver_type, args, keywords, unpacked), dst, path, key)


def on_decorated(s: State, data: tuple[Var, Value, Value | None, str], value: Value) -> None:
    """What an unknown decorator returns is what it was given, decorated: `cli.command` after `@click.group()`.

    Assumes that the decorated name can still be called like the function, and makes a property of what a decorator
    whose name ends in "property" gets. Wrong for decorators that replace a function by something that never calls it.
    """
    dst, made, receiver, name = data
    if s.kinds[value] == STR and not name:
        return  # see `on_name_of_decorated`
    if s.kinds[value] not in CALLABLES:
        s.add(dst, made)
        if not name and s.kinds[value] in (XRES, XINST):  # `never_cache(Orders.as_view())`
            s.add(dst, value)
        return
    if name.lower().endswith("property"):
        prop = s.of(PROPERTY, value)
        s.add(s.field(prop, "fget"), value)
        s.add(dst, prop)
        return
    s.add(dst, value)
    if s.kinds[value] == FUNC:
        s.add(s.field(s.of(MODULE, s.modules[s.rows[value].function]), "#marked"), value)
    if s.kinds[value] in (FUNC, PARTIAL):
        s.tables[Decorated].faces.setdefault(value, {})[made] = None
        if receiver is not None:
            belongs(s, made, receiver)


@sees(STR)
def on_name_of_decorated(s: State, data: tuple[Var, Value], value: Value) -> None:
    """What a decorator is given that is a name, and nothing to decorate, makes one: `@main.command("list")`."""
    s.add(*data)


# callbacks that the stubs declare


def callbacks(
    s: State,
    call: Call,
    entry: object,
    receiver: Resolved | None,
    args: tuple[Resolved, ...],
    keywords: tuple[tuple[str, Resolved], ...],
    dst: Var,
) -> None:
    """Parameters that the stubs say are called."""
    if not isinstance(entry, StubFunction | StubClass):
        return
    for row in s.stubs.callback_params(entry, receiver, args, keywords):
        var = argument(call, row.position, row.name)
        if var is None:
            continue
        if row.passes == "args":
            handed = tuple(v for v, star in call.pos[row.position + 1 :] if not star)
        elif row.passes == "tuple":
            handed = unpacked_argument(s, call)
        elif row.passes == "elements":
            handed = tuple(elements_of(s, v, call.site) for v, star in call.pos[row.position + 1 :] if not star)
        else:
            handed = tuple(typed_variable(s, t) for t in row.params or ())
        out = s.variable()
        s.watch(var, call_back_into, (call.site, handed, out))
        s.watch(dst, on_result_owner, out)


@sees(XINST)
def on_result_owner(s: State, out: Var, owner: Value) -> None:
    """What a callback returned may be what the object that called it hands out: future.result()."""
    if s.kinds[owner] == XINST and s.rows[owner].key:
        s.flow(out, s.field(owner, "()"))


def argument(call: Call, index: int, name: str) -> Var | None:
    """The variable passed for a parameter."""
    for keyword, var in call.kw:
        if keyword == name:
            return var
    plain = call.pos[: index + 1]
    if 0 <= index < len(call.pos) and not any(star for _, star in plain):
        return call.pos[index][0]
    return None


def unpacked_argument(s: State, call: Call) -> tuple[Var, ...]:
    """The elements of args=(...) of a Thread."""
    for keyword, var in call.kw:
        if keyword == "args":
            parts = tuple(s.variable() for _ in range(4))
            s.watch(var, containers.unpack, (parts, -1, Site(call.site.activation, -1)))
            return parts
    return ()


def elements_of(s: State, var: Var, site: Site) -> Var:
    """A variable with the elements of what another holds."""
    out = s.variable()
    containers.iterate(s, var, out, site, False)
    return out


# classes of the source with bases outside


def construct_outside(s: State, made: Call, outside: Value, instance: Value) -> None:
    """The constructor of a base class from outside gets the arguments."""
    dotted = s.rows[outside].dotted
    if dotted in ("builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC"):
        return
    fill(s, made, outside, instance)
    if s.frameworks.constructed(s, made, instance):
        return
    if s.kinds[outside] == EXT and not dotted.endswith(("Error", "Exception", "Warning")):
        s.calls_external(made.site, dotted, made.kind)
        entry = s.stubs.lookup(dotted)
        args, keywords = argument_types(s, made)
        callbacks(s, made, entry, ("inst", dotted, ()), args, keywords, s.variable())
        facts = facts_of(s, dotted)
        if facts is not NO_FACTS:
            made = carry_out(s, made, dotted, facts, instance, s.variable())
            call_overrides(s, instance, made.site, facts)
        for var in (*(v for v, _ in made.pos), *(v for _, v in made.kw)):
            hold(s, instance, var)
        if facts.methods is not None or facts.is_silent:
            return
        if entry is None or any(name in RUN_AT_ONCE for name in (dotted, *s.stubs.mro(dotted))):
            # of a library that nothing is known of: what it overrides counts where the object is made
            overridden(s, instance, made.site, evidence=Evidence.POSSIBLE)


def fill(s: State, made: Call, outside: Value, instance: Value) -> None:
    """The constructor of a container outside, of which an object of the source is one: it has what that is given."""
    if s.kinds[outside] == EXT and classes.is_container(s, outside):
        box = classes.box_of(s, instance)
        if box is not None:
            kind = "dict" if s.rows[box].box_kind == "dict" else "list"
            is_default = classes.has_outside(s, s.rows[instance].cls, "collections.defaultdict")
            if is_default:
                for var, star in made.pos[:1]:
                    if not star:
                        defaulting(s, box, var, made.site)
            given = made.pos[1:2] if is_default else made.pos[:1]
            plain = [var for var, star in given if not star]
            containers.update(s, box, kind, plain, made._replace(dst=NOWHERE))


def asks_itself(s: State, instance: Value, dotted: str, site: Site) -> None:
    """A method from outside calls what a class below may override: what its model says, else any of it."""
    facts = facts_of(s, dotted)
    if facts.methods is None:
        if not facts.is_silent:
            overridden(s, instance, site, called_by(dotted))
    else:
        call_overrides(s, instance, site, facts)
        overridden(s, instance, site, evidence=Evidence.POSSIBLE)


def call_inherited(s: State, call: Call, outside: Value, name: str, instance: Value) -> None:
    """A method that an object of the source has from outside."""
    dotted = f"{s.rows[outside].dotted}.{name}"
    found = s.stubs.member(s.rows[outside].dotted, name) if s.kinds[outside] == EXT else None
    s.calls_external(call.site, dotted, call.kind)
    if name == "__init__":
        fill(s, call, outside, instance)
    asks_itself(s, instance, dotted, call.site)
    call_named(s, call, dotted, found[1] if found else None, instance)
