"""Attributes and items that the source stores on objects of libraries: `context.obj = shop`, `app["store"] = store`.

Which object of the library it was is not known: who reads the attribute, or the item, of any object of the package is
likely to find there what was stored. A library model may say that a function gives its objects an attribute (`names`),
or that they have the items of a dict (`settings`). Joined when all that is certain has been followed. Wrong, by edges
too many, where a library has several kinds of objects with an attribute of that name.
"""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import apply_with
from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.heap.containers import get
from code_path_audit.callgraph.library.holders import PLAIN as DATA
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import (
    BOX,
    CALLABLES,
    CLASS,
    CTXFUNC,
    EXT,
    FUNC,
    INST,
    STR,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State

PLAIN = frozenset(("builtins", "typing", "types", "argparse"))
"""Packages whose objects are told apart by who makes them, or are no objects of a framework."""


class StoredAttributes:
    """Attributes of libraries' objects, by package and name."""

    def __init__(self) -> None:
        self.written: dict[tuple[str, str], None] = {}
        self.read: dict[tuple[str, str], dict[tuple[Read, Value], None]] = {}
        """Their reads, and of what."""
        self.anywhere: dict[str, dict[Var, None]] = {}
        """What is written to objects of which nothing is known, by name."""
        self.of_model: dict[tuple[str, str], dict[Var, bool]] = {}
        """What a library model gives its objects under a name, and whether as a property."""


ANYTHING = "?"
"""In the place of a package: objects of which nothing is known, not of which library either."""


def attribute(s: State, package: str, name: str) -> Var:
    """The variable of what is stored in an attribute of a package's objects."""
    return s.field(s.of(EXT, package), f"#stored:{name}")


NAMESPACE = "argparse.Namespace"


def parsed(s: State, name: str) -> Var:
    """The variable of what parsers set as an attribute of their namespaces."""
    var = s.field(s.of(EXT, NAMESPACE), name)
    s.flow(var, containers.key_field(s, parsed_dict(s), "=s:" + name))
    return var


def parsed_dict(s: State) -> Value:
    """The dict of a namespace: vars(args)."""
    box = s.box("dict", (s.of(EXT, NAMESPACE), "parsed"))
    containers.all_field(s, box)
    return box


def stored(s: State, base: Value, name: str, source: Var) -> None:
    """An attribute of a library's object is written."""
    package = s.rows[base].dotted.partition(".")[0]
    if package not in PLAIN:
        s.watch_all(source, on_stored, attribute(s, package, name))
        s.tables[StoredAttributes].written[package, name] = None


def stored_anywhere(s: State, name: str, source: Var) -> None:
    """An attribute of an object of which nothing is known is written (`app.ctx.store = Store()` of a handler's app).

    Who reads it of such an object, or of a library's, is likely to find that. Objects, classes and functions count.
    """
    s.tables[StoredAttributes].anywhere.setdefault(name, {})[source] = None


@sees(INST, *CALLABLES)
def on_stored_anywhere(s: State, out: Var, values: list[Value]) -> None:
    """What of it is more than data."""
    s.propagate(values, (out,))


NOT_KNOWN = frozenset((XRES, XMETHOD, UNKNOWN))
"""What says nothing of what is stored: something of a library, that the read has anyway."""


def on_stored(s: State, out: Var, values: list[Value]) -> None:
    """What is stored, as far as it is known."""
    known = [value for value in values if s.kinds[value] not in NOT_KNOWN]
    if known:
        s.propagate(known, (out,))


def read(s: State, base: Value, data: Read, package: str = "") -> None:
    """An attribute of a library's object is read."""
    package = package or s.rows[base].dotted.partition(".")[0]
    if s.kinds[base] == XINST and s.rows[base].dotted == NAMESPACE:
        s.flow(parsed(s, data.name), data.dst)
    elif package not in PLAIN:
        s.tables[StoredAttributes].read.setdefault((package, data.name), {})[data, base] = None


def stored_item(s: State, base: Value, key: Var, source: Var) -> None:
    """An item of a library's object is written: `app["store"] = store`."""
    if keeps_items(s, base):
        s.watch(key, on_stored_key, (base, source))


def read_item(s: State, base: Value, key: Var, dst: Var, site: Site) -> None:
    """An item of a library's object is read."""
    if keeps_items(s, base):
        s.watch(key, on_read_key, (base, dst, site))


def got_item(s: State, base: Value, method: str, given: list[Var], dst: Var, site: Site) -> None:
    """An item of a library's object is got by a method: `given` its key, and perhaps a default, which `setdefault`
    stores."""
    if keeps_items(s, base):
        read_item(s, base, given[0], dst, site)
        for default in given[1:2]:
            s.flow(default, dst)
            if method == "setdefault":
                stored_item(s, base, given[0], default)


def keeps_items(s: State, base: Value) -> bool:
    """Whether it is an object of a framework, rather than data: not what is an element of something, nor what a module
    gives whose objects keep nothing of their users."""
    dotted = s.rows[base].dotted
    if s.kinds[base] == XMETHOD and s.kinds[s.rows[base].receiver] not in (XINST, XRES):
        return False
    return "[]" not in dotted and dotted.partition(".")[0] not in DATA and not s.stubs.mro(dotted)


@sees(STR, CLASS, EXT, XINST)
def on_stored_key(s: State, data: tuple[Value, Var], key: Value) -> None:
    """One key under which something is stored; one that is not constant says nothing of what is read elsewhere."""
    base, source = data
    if name := item_name(s, key):
        stored(s, base, name, source)


def store_items(s: State, dotted: str, source: Var) -> None:
    """The items of a dict that a library is given are items of its objects: its settings."""
    package = s.behaviours.canonical(dotted).partition(".")[0]
    s.watch(source, on_dict, s.of(EXT, package))


@sees(BOX)
def on_dict(s: State, package: Value, value: Value) -> None:
    """One dict of settings."""
    if s.rows[value].box_kind == "dict":
        s.watch(s.field(value, "keys"), on_key_of_dict, (package, value))


@sees(STR)
def on_key_of_dict(s: State, data: tuple[Value, Value], key: Value) -> None:
    """One key of such a dict."""
    package, box = data
    out = s.variable()
    get(s, box, key, out)
    if name := item_name(s, key):
        stored(s, package, name, out)


@sees(STR, CLASS, EXT, XINST)
def on_read_key(s: State, data: tuple[Value, Var, Site], key: Value) -> None:
    """One key that is read."""
    base, dst, site = data
    if name := item_name(s, key):
        read(s, base, Read(dst, name, site))


def item_name(s: State, key: Value) -> str:
    """What stands for an item among the attributes: a text by what it says, what is made at one place by that;
    "" for a key that is not constant."""
    kind = s.kinds[key]
    if (kind == STR and s.rows[key].tag) or (kind == XINST and not s.rows[key].key):
        return ""
    return f"[{s.rows[key].text!r}]" if kind == STR else f"[{key}]"


def from_stored_attributes(s: State) -> bool:
    """Reads get what was stored under their name."""
    if s.phase is Evidence.CERTAIN:
        return False
    attributes = s.tables[StoredAttributes]
    for name, sources in attributes.anywhere.items():
        for source in sources:
            s.watch_all(source, on_stored_anywhere, attribute(s, ANYTHING, name))
    for (package, name), reads in attributes.read.items() if attributes.anywhere else ():
        if name in attributes.anywhere and package not in PLAIN:
            for data, _ in reads:
                s.flow(attribute(s, ANYTHING, name), data.dst)
    for key in attributes.written:
        for data, _ in attributes.read.get(key, ()):
            s.flow(attribute(s, *key), data.dst)
    for key, rows in attributes.of_model.items():
        for data, base in attributes.read.get(key, ()):
            for var, is_property in rows.items():
                s.watch(var, on_named, (data, base, is_property))
    return s.busy()


def store_named(s: State, dotted: str, names: tuple[Var, ...], source: Var, is_property: bool) -> None:
    """A library gives its objects an attribute of a name, or of the name that the function itself has."""
    package = s.behaviours.canonical(dotted).partition(".")[0]
    for var in names:
        s.watch(var, on_name, (package, source, is_property))
    if not names:
        s.watch(source, on_function, (package, source, is_property))


@sees(STR)
def on_name(s: State, data: tuple[str, Var, bool], value: Value) -> None:
    """One name."""
    package, source, is_property = data
    s.tables[StoredAttributes].of_model.setdefault((package, s.rows[value].text), {})[source] = is_property


@sees(FUNC, CTXFUNC)
def on_function(s: State, data: tuple[str, Var, bool], value: Value) -> None:
    """One function that has its own name."""
    package, _, is_property = data
    row = s.rows[value] if s.kinds[value] == FUNC else s.rows[s.rows[value].callable]
    var = s.field(value, "#itself")
    s.add(var, value)
    name = s.names[row.function].rpartition(".")[2]
    s.tables[StoredAttributes].of_model.setdefault((package, name), {})[var] = is_property


def on_named(s: State, data: tuple[Read, Value, bool], value: Value) -> None:
    """One thing that stands under a name: a function is a method of the object, or its property."""
    read_now, base, is_property = data
    if s.kinds[value] not in (FUNC, CTXFUNC):
        s.add(read_now.dst, value)
    elif is_property:
        apply_with(s, (Call(read_now.site, read_now.dst, (), (), "property", Evidence.LIKELY), base), value)
    else:
        s.add(read_now.dst, s.bound_method(value, base))
