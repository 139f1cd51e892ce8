"""Methods that a library runs when an attribute that it manages is read or written, or when an object is made.

A library's descriptor in a class body (a trait, a field) runs methods of that class: those with a composed name
(`_NAME_default`), those that a decorator marked for the attribute (`@observe("NAME")`), and what the field was given
(`field(converter=f)`) when an object is constructed. Which packages and decorators do so stands in the tables
(`behaviours`). Assumes that every read may be the first; wrong (edges too many) for the later ones.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.library import records
from code_path_audit.callgraph.library.escapes import fire, on_override, overridden
from code_path_audit.callgraph.library.holders import ancestors
from code_path_audit.callgraph.library.summaries import use
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, STR, XINST, XRES
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

MARKS = {"on read": "#read:", "on write": "#write:", "on construction": "#construct"}
"""The class fields of the methods that a decorator marked."""


class ManagedAttributes:
    """Attributes that a library manages."""

    def __init__(self) -> None:
        self.marks: dict[Value, tuple[str, tuple[Var, ...]]] = {}
        """Decorators that mark methods, with the names that they were given."""
        self.body_rows: dict[Value, dict[tuple[str, Value], None]] = {}
        """The declared fields in a class body."""
        self.built: dict[Value, dict[Value, None]] = {}
        """The classes that are constructed, by each class in their order."""
        self.stated: set[Value] = set()
        """Declarations that say what is read."""


def mark(s: State, call: Call, made: Value, behaviour: str) -> None:
    """A decorator with arguments that marks methods: what it is called with names the attributes."""
    s.tables[ManagedAttributes].marks[made] = (behaviour, tuple(var for var, star in call.pos if not star))


def marked(s: State, call: Call, decorator: Value, function: Var) -> None:
    """A method of a class body is decorated by what `mark` has seen."""
    behaviour, names = s.tables[ManagedAttributes].marks[decorator]
    cls = s.a_class[call.site.activation]
    if cls < 0:
        return
    if behaviour == "on construction":
        s.flow(function, s.field(cls, MARKS[behaviour]))
    for name in names:
        s.watch(name, on_name, (cls, MARKS[behaviour], function))


@sees(STR)
def on_name(s: State, data: tuple[Value, str, Var], value: Value) -> None:
    """One attribute that a decorator names."""
    cls, prefix, function = data
    if s.kinds[value] == STR and prefix.endswith(":"):
        s.flow(function, s.field(cls, prefix + s.rows[value].text))


def used(s: State, how: str, descriptor: Value, name: str, instance: Value, site: Site) -> None:
    """An attribute whose class has a library's descriptor for it is read or written (`how`)."""
    kind = s.kinds[descriptor]
    if kind == INST:
        if any(s.kinds[e] == XRES or not s.stubs.mro(s.rows[e].dotted) for e in bases_that_act(s, descriptor)):
            overridden(s, descriptor, site)
        package = next((s.rows[e].dotted.partition(".")[0] for e in bases_that_act(s, descriptor)), "")
    elif kind in (XINST, XRES):
        package = s.rows[descriptor].dotted.partition(".")[0]
    else:
        return
    hooks = s.behaviours.hooked.get(package)
    if hooks is None:
        return
    cls = s.rows[instance].cls
    call = Call(site, NOWHERE, (), (), "callback", Evidence.LIKELY)
    names = [f"{head}{name}{tail}" for when, head, tail in hooks if when == how]
    for entry in classes.order(s, cls):
        if s.kinds[entry] == CLASS:
            s.watch(s.field(entry, f"#{how}:{name}"), on_override, (instance, cls, call))
    for hook in names:
        found = classes.find(s, cls, hook)
        if isinstance(found, classes.Own):
            s.watch(found.var, on_override, (instance, cls, call))


def declare(s: State, call: Call, made: Value) -> None:
    """A managed attribute is declared: what it is given first is its default, or the class of its objects."""
    default = call.pos[0][0] if call.pos and not call.pos[0][1] else None
    for keyword, var in call.kw:
        if keyword in ("default_value", "default"):
            default = var
    if default is not None:
        s.tables[ManagedAttributes].stated.add(made)
        s.flow(default, s.field(made, "#default"))


def default_of(s: State, descriptor: Value, dst: Var) -> bool:
    """What reading a managed attribute gives, as far as its declaration tells, and whether it does; `.tag(...)` and the
    like keep that."""
    stated = False
    for made in ancestors(s, descriptor):
        if s.kinds[made] in (XINST, XRES) and s.rows[made].dotted.partition(".")[0] in s.behaviours.hooked:
            of_class = s.rows[made].dotted.endswith(("Instance", "This"))
            s.watch(s.field(made, "#default"), on_default, (dst, of_class))
            stated |= made in s.tables[ManagedAttributes].stated
    return stated


def on_default(s: State, data: tuple[Var, bool], value: Value) -> None:
    """A default, or (of_class) the class whose object it is: made by whoever made the owner, so nothing is called."""
    dst, of_class = data
    if not of_class:
        s.add(dst, value)
    elif s.kinds[value] == CLASS:
        s.add(dst, s.of(INST, value, 0))


def bases_that_act(s: State, instance: Value) -> list[Value]:
    """The bases from outside of an object's class, without the special forms of typing."""
    bases = classes.outside_bases(s, s.rows[instance].cls)
    return [e for e in bases if s.kinds[e] == XRES or not s.rows[e].dotted.startswith(("typing.", "abc.", "builtins."))]


def constructed(s: State, call: Call, cls: Value) -> None:
    """An object is made: marked methods run, and what the fields of its class were given."""
    use(s, call.site, (on_made,), cls)


def on_made(s: State, data: tuple[Site], cls: Value) -> None:
    """What runs wherever a class is constructed: the methods that its classes marked, and what their fields hold."""
    managed = s.tables[ManagedAttributes]
    classes.depends(s, cls, on_made, data, cls)
    (site,) = data
    call = Call(site, NOWHERE, (), (), "callback", Evidence.LIKELY)
    for entry in classes.order(s, cls):
        if s.kinds[entry] == CLASS:
            s.watch(s.field(entry, MARKS["on construction"]), on_override, (s.of(INST, cls, 0), cls, call))
            use(s, site, (on_body,), entry)
            managed.built.setdefault(entry, {})[cls] = None
            for name, value in list(managed.body_rows.get(entry, ())):
                records.on_declared(s, cls, name, value)


def on_body(s: State, data: tuple[Site], entry: Value) -> None:
    """The fields in the body of a class: looked at once, for it and for all classes below it."""
    (site,) = data
    s.tables[Hierarchy].body_watchers[entry] = (on_class_field, site)
    for name in sorted(s.own[entry]):
        s.watch(s.field(entry, name), on_class_field, (entry, name, site))


@sees(XINST, XRES)
def on_class_field(s: State, data: tuple[Value, str, Site], value: Value) -> None:
    """A class attribute that a library's function for fields made: used wherever the class is made.

    Kept apart from the variables, whose caps would drop fields of a class that has many.
    """
    managed = s.tables[ManagedAttributes]
    entry, name, site = data
    if value in s.declared:
        managed.body_rows.setdefault(entry, {})[name, value] = None
        for cls in list(managed.built[entry]):
            records.on_declared(s, cls, name, value)
    if s.behaviours.of(s.rows[value].dotted.removesuffix("()")) == "field":
        fire(s, value, site)
