"""Containers made in the source: elements by constant key where it is constant, together where it is not.

A box has these fields: "=k" for each constant key k ("s:name", "i:0"), "?" for elements whose key is not known, "*" for
all elements, "keys" for the keys of a dict. A load by a constant key sees "=k" and "?", any other load sees "*".
"""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import (
    BMETHOD,
    BOX,
    CLASS,
    EXT,
    FUNC,
    INST,
    INT,
    MODULE,
    STR,
    UNKNOWN,
    XINST,
)
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Iteration, State
from code_path_audit.facts import opcodes as op

SEQUENCES = frozenset(("list", "tuple"))
"""Kinds of boxes whose elements have places."""


Mirror = tuple[Value, int, int | None]
"""A container that has the elements of another from an index on (-1: all of them), up to one."""


class Mirrors:
    """Containers that have what another has, and loads by a key that begins as is known."""

    def __init__(self) -> None:
        self.of: dict[Value, dict[Mirror, None]] = {}
        """By the container whose elements others have."""
        self.prefixes: dict[Value, dict[tuple[str, Var], None]] = {}
        """By the container that is loaded from: what the keys begin with, and where their elements go."""


def constant_key(s: State, value: Value) -> str | None:
    """The name of the field for a constant key, None where the value is no constant."""
    kind = s.kinds[value]
    if kind == STR:
        return "=s:" + str(s.rows[value].text)
    if kind == INT:
        return f"=i:{s.rows[value].number}"
    return f"=v:{value}" if kind in (CLASS, EXT) else None


def place(s: State, box: Value, key: Value | None) -> str | None:
    """The name of the field for a key of a box; an index from the end of a sequence may be any."""
    name = constant_key(s, key) if key is not None else None
    return None if name is not None and name.startswith("=i:-") and s.rows[box].box_kind != "dict" else name


def key_field(s: State, box: Value, key: str) -> Var:
    """The field for a constant key, joined to "*" when it is made."""
    known = s.fields.get((box, key))
    if known is not None:
        return known
    var = s.field(box, key)
    s.flow(var, all_field(s, box))
    s.keys_of.setdefault(box, []).append(key)
    if (module := module_of(s, box)) is not None and key.startswith("=s:"):
        s.flow(var, s.field(module, key[3:]))  # `globals()[name] = f` binds a name of the module
    for row in s.tables[Mirrors].of.get(box, ()):
        s.soon(on_new_key, (row, key), var)  # in its turn: boxes may mirror one another in a long chain
    for prefix, target in s.tables[Mirrors].prefixes.get(box, ()):
        if key.startswith(prefix):
            s.flow(var, target)
    return var


def all_field(s: State, box: Value) -> Var:
    """The field of all elements."""
    known = s.fields.get((box, "*"))
    if known is not None:
        return known
    var = s.field(box, "*")
    s.flow(s.field(box, "?"), var)
    return var


def by_text(s: State, box: Value) -> list[tuple[str, Var]]:
    """The constant texts under which a dict has something so far, each with the variable of that."""
    return [(key[3:], s.fields[box, key]) for key in s.keys_of.get(box, ()) if key.startswith("=s:")]


def texts_held(s: State, cls: Value, name: str) -> list[str]:
    """The constant texts in a list that an attribute of a class holds."""
    return [text for box in classes.held(s, cls, name) for text in texts_in(s, box)]


def texts_in(s: State, box: Value) -> list[str]:
    """The constant texts in a list; none in what is no list."""
    return [s.rows[v].text for v in s.holds(s.field(box, "*")) if s.kinds[v] == STR] if s.kinds[box] == BOX else []


def put(s: State, box: Value, key: Value | None, source: Var) -> None:
    """Store all that a variable holds, under a key value or (None) somewhere."""
    name = place(s, box, key)
    if name is None:
        all_field(s, box)
        s.flow(source, s.field(box, "?"))
        if s.rows[box].box_kind != "tuple":
            s.open_boxes.add(box)
    else:
        s.flow(source, key_field(s, box, name))
    if key is not None:
        s.add(s.field(box, "keys"), key)


def get(s: State, box: Value, key: Value | None, target: Var) -> None:
    """Load by a key value, or (None) any element.

    Of a text that begins as is known only such keys can be meant. A namespace may have further names than those that
    are seen: a name that is not known in it may be anything.
    """
    name = place(s, box, key)
    everything = all_field(s, box)
    if name is None:
        get_any(s, box, beginning(s, key) if key is not None else "", target)
    elif target not in (s.successors[everything] or ()):  # else it has all elements already
        s.flow(key_field(s, box, name), target)
        s.flow(s.field(box, "?"), target)


def get_any(s: State, box: Value, prefix: str, target: Var) -> None:
    """Load by a key of which no more is known than the text that it begins with, if that is."""
    if is_namespace(s, box):
        s.add(target, s.of(UNKNOWN, ""))
    if prefix:
        get_beginning(s, box, "=s:" + prefix, target)
    else:
        s.flow(all_field(s, box), target)


def beginning(s: State, key: Value) -> str:
    """What a text that is no constant begins with, "" where that is not known."""
    first = s.beginning(key) if s.kinds[key] == XINST and s.rows[key].dotted == "builtins.str" else None
    return s.rows[first].text if first is not None and s.kinds[first] == STR and not s.tag(first) else ""


def beginning_at(s: State, site: Site, var: Var) -> str:
    """The constant text in front of what a variable of a function holds, where that is spelled `"text" + x` and nothing
    is known of `x`; "" where it is not, or there are several."""
    if site.activation < 0:
        return ""
    base = s.a_base[site.activation]
    wanted = {s.register(site.activation, var)}
    for row in s.code(site.activation):
        if row[0] == op.COPY and row[1] in wanted:
            wanted.add(row[2])
    for row in s.code(site.activation):
        if row[0] == op.BINARY and row[1] in wanted and row[2] == "add":
            texts = [s.rows[v].text for v in s.pts[base + row[3]] or () if s.kinds[v] == STR]
            return texts[0] if len(texts) == 1 else ""
    return ""


def get_beginning(s: State, box: Value, prefix: str, target: Var) -> None:
    """Load by a key that begins so: what stands under such keys, now and later, and under keys that are not known."""
    rows = s.tables[Mirrors].prefixes.setdefault(box, {})
    if (prefix, target) in rows:
        return
    rows[prefix, target] = None
    s.flow(s.field(box, "?"), target)
    for key in s.keys_of.get(box, ()):
        if key.startswith(prefix):
            s.flow(s.fields[box, key], target)


NAMESPACES = ("globals", "__dict__")


def is_namespace(s: State, box: Value) -> bool:
    """Whether a dict has the names of a module or of a class."""
    key = s.rows[box].key if s.rows[box].box_kind == "dict" else None
    return isinstance(key, tuple) and len(key) == 2 and key[1] in NAMESPACES and s.kinds[key[0]] in (MODULE, CLASS)


def module_of(s: State, box: Value) -> Value | None:
    """The module whose `globals()` a dict is."""
    key = s.rows[box].key if s.rows[box].box_kind == "dict" else None
    return key[0] if isinstance(key, tuple) and key[1:] == ("globals",) and s.kinds[key[0]] == MODULE else None


def mix(s: State, box: Value) -> None:
    """The elements of a list move: any may be under any index."""
    s.flow(all_field(s, box), s.field(box, "?"))


# whole containers


def iterate(s: State, source: Var, target: Var, site: Site, is_async: bool) -> None:
    """The elements of what a variable holds."""
    s.watch(source, s.on_iterate, Iteration(target, site, is_async))


def unpack(s: State, data: tuple[tuple[Var, ...], int, Site], value: Value) -> None:
    """a, *b = value"""
    targets, star, site = data
    if s.kinds[value] == INST and classes.has_outside(s, s.rows[value].cls, "typing.NamedTuple"):
        for target, name in zip(targets, classes.fields_of(s, s.rows[value].cls)[0], strict=False):
            s.flow(s.field(value, name), target)
        return
    if (
        s.kinds[value] == XINST
        and s.rows[value].dotted == "builtins.tuple"
        and star < 0
        and len(s.rows[value].args) == len(targets)
    ):
        for target, held in zip(targets, s.rows[value].args, strict=True):
            for one in held:
                s.add(target, one)
        return
    if s.kinds[value] != BOX or s.rows[value].box_kind not in SEQUENCES:
        element = s.variable()
        s.on_iterate(s, Iteration(element, site, False), value)
        for index, target in enumerate(targets):
            if index == star:
                box = s.box("list", ("star", target))
                put(s, box, None, element)
                s.add(target, box)
            else:
                s.flow(element, target)
        return
    for index, target in enumerate(targets):
        if star < 0 or index < star:
            get(s, value, s.of(INT, index), target)
        elif index == star:
            box = s.box("list", ("star", target))
            rest = s.variable()
            for name in s.keys_of.get(value, ()):
                if name.startswith("=i:") and int(name[3:]) >= star:
                    s.flow(s.fields[value, name], rest)
            s.flow(s.field(value, "?"), rest)
            put(s, box, None, rest)
            s.add(target, box)
        else:
            get(s, value, None, target)


def extend(s: State, box: Value, values: Var, site: Site) -> None:
    """Add all elements of what a variable holds to a box."""
    all_field(s, box)
    s.open_boxes.add(box)
    iterate(s, values, s.field(box, "?"), site, False)


def update(s: State, box: Value, kind: str, args: list[Var], call: Call) -> None:
    """extend and update."""
    for var in args:
        s.watch(var, on_update, (box, kind, call.site))
    for keyword, var in call.kw:
        if keyword is not None:
            key = s.of(STR, keyword)
            put(s, box, key, var)
        else:
            s.watch(var, on_update, (box, kind, call.site))
    if call.dst:
        s.add(call.dst, box)


def merge(s: State, box: Value, other: Value) -> None:
    """dict.update and {**other}: all that another box has, now and later."""
    mirror(s, other, box, -1, None)
    s.flow(s.field(other, "keys"), s.field(box, "keys"))


def mirror(s: State, box: Value, other: Value, lower: int, upper: int | None) -> None:
    """What one box holds another has too, under the same keys.

    From `lower` on (-1: under any key), up to `upper`, counted from `lower` in the other.
    """
    row = (other, lower, upper)
    rows = s.tables[Mirrors].of.setdefault(box, {})
    if box == other or row in rows:
        return
    rows[row] = None
    all_field(s, box)
    all_field(s, other)
    s.flow(s.field(box, "?"), s.field(other, "?"))
    s.open_boxes.add(other)
    for key in list(s.keys_of.get(box, ())):
        reflect(s, row, key, s.fields[box, key])


def on_new_key(s: State, data: tuple[tuple[Value, int, int | None], str], var: Var) -> None:
    """A box has a key that it did not have when another began to mirror it."""
    reflect(s, data[0], data[1], var)


def reflect(s: State, row: tuple[Value, int, int | None], key: str, var: Var) -> None:
    """One element under a constant key, if it is among those that the other box has."""
    other, lower, upper = row
    if lower < 0:
        s.flow(var, key_field(s, other, key))
    elif key.startswith("=i:"):
        index = int(key[3:])
        if index >= lower and (upper is None or index < upper):
            s.flow(var, key_field(s, other, f"=i:{index - lower}"))


def view(s: State, box: Value, name: str) -> Value:
    """items(), keys(), values(): a box of its own over the same fields."""
    out = s.box("list", (box, name))
    if (out, "?") in s.fields:
        return out
    source = s.variable()
    s.add(source, box)
    s.sized_by[out] = source
    all_field(s, out)
    if name == "values":
        s.flow(all_field(s, box), s.field(out, "?"))
    elif name == "keys":
        s.flow(s.field(box, "keys"), s.field(out, "?"))
    else:
        pair = s.box("tuple", (box, "item"))
        s.add(s.field(out, "?"), pair)
        s.flow(s.field(box, "keys"), key_field(s, pair, "=i:0"))
        s.flow(all_field(s, box), key_field(s, pair, "=i:1"))
    return out


def on_update(s: State, data: tuple[Value, str, Site], value: Value) -> None:
    """One iterable or mapping that is merged into a box."""
    box, kind, site = data
    if kind == "dict" and s.kinds[value] in (INST, XINST):
        pairs = s.variable()
        if s.frameworks.iterated(s, Iteration(pairs, site, False), value):
            s.watch(pairs, on_pair, box)
            return
    if kind == "dict" and s.kinds[value] == INST:
        as_mapping(s, value, s.field(box, "?"), site)
    if kind == "dict":
        inner = classes.box_of(s, value) if s.kinds[value] == INST else value
        if inner is not None and s.kinds[inner] == BOX and s.rows[inner].box_kind == "dict":
            merge(s, box, inner)
        elif s.kinds[value] == BOX:
            pairs = s.variable()
            s.flow(all_field(s, value), pairs)
            s.watch(pairs, on_pair, box)
        else:
            s.add(s.field(box, "?"), s.of(UNKNOWN, ""))
    else:
        all_field(s, box)
        s.open_boxes.add(box)
        s.on_iterate(s, Iteration(s.field(box, "?"), site, False), value)


@sees(BOX)
def on_pair(s: State, box: Value, value: Value) -> None:
    """A (key, value) pair that becomes an item of a dict."""
    if s.kinds[value] == BOX:
        s.flow(key_field(s, value, "=i:0"), s.field(box, "keys"))
        s.flow(key_field(s, value, "=i:1"), s.field(box, "?"))
        all_field(s, box)


def as_mapping(s: State, value: Value, target: Var, site: Site) -> None:
    """dict(x), {**x}, f(**x): an object is asked for its keys and for what stands under them."""
    if classes.is_copied_in_c(s, value):
        return
    ask(
        s,
        value,
        "keys" if classes.find(s, s.rows[value].cls, "keys") else "__iter__",
        Call(site, NOWHERE, (), (), "iterate"),
    )
    ask(s, value, "__iter__", Call(site, NOWHERE, (), (), "iterate"))
    ask(s, value, "__getitem__", Call(site, target, (), (), "operator"))


def ask(s: State, value: Value, name: str, call: Call) -> None:
    """A special method of an object, where its class has it."""
    found = classes.find(s, s.rows[value].cls, name)
    if isinstance(found, classes.Own):
        s.watch(found.var, on_asked, (value, call))


@sees(FUNC)
def on_asked(s: State, data: tuple[Value, Call], value: Value) -> None:
    """One special method."""
    if s.kinds[value] == FUNC:
        s.apply(s, data[1], s.bound_method(value, data[0]))


# by a variable that holds the key


def load(s: State, box: Value, key: Var, target: Var, site: Site) -> None:
    """box[key], for a variable that holds the key."""
    s.watch(key, on_load_key, (box, target, site))
    s.when_empty(key, on_load_key_unknown, (box, target, key, site))


def on_load_key(s: State, data: tuple[Value, Var, Site], value: Value) -> None:
    """One value of a key; an object is asked for its hash, or for its number."""
    box, target, site = data
    if s.kinds[value] == XINST and s.rows[value].dotted == "builtins.slice" and s.rows[box].box_kind in SEQUENCES:
        return  # a part, and no element
    get(s, box, value, target)
    if s.kinds[value] == INST:
        hash_key(s, box, value, site)


def hash_key(s: State, box: Value, value: Value, site: Site) -> None:
    """An object in the place of a key."""
    call = Call(site, NOWHERE, (), (), "operator")
    for name in ("__index__",) if s.rows[box].box_kind in SEQUENCES else ("__hash__", "__eq__"):
        ask(s, value, name, call)


def on_load_key_unknown(s: State, data: tuple[Value, Var, Var, Site]) -> None:
    """A key of which nothing is known, but perhaps what it begins with."""
    box, target, key, site = data
    get_any(s, box, beginning_at(s, site, key), target)


def store(s: State, box: Value, key: Var, source: Var, site: Site) -> None:
    """box[key] = source"""
    s.watch(key, on_store_key, (box, source, site))
    s.when_empty(key, on_store_key_unknown, (box, source))


def on_store_key(s: State, data: tuple[Value, Var, Site], value: Value) -> None:
    """One value of a key; under a slice the elements of the source are stored, and those behind it move."""
    box, source, site = data
    if s.kinds[value] == INST:
        hash_key(s, box, value, site)
    if s.kinds[value] == XINST and s.rows[value].dotted == "builtins.slice" and s.rows[box].box_kind == "list":
        extend(s, box, source, site)
        mix(s, box)
    else:
        put(s, box, value, source)


def on_store_key_unknown(s: State, data: tuple[Value, Var]) -> None:
    """A key of which nothing is known."""
    put(s, data[0], None, data[1])


def bound_method(s: State, name: str, box: Value) -> Value:
    """A method of a box, read as an attribute."""
    return s.of(BMETHOD, name, box)
