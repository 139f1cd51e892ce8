"""Containers made in the source: elements by constant key where it is constant, together where it is not.

A box has these fields: "=k" for each constant key k ("s:name", "i:0"), "?" for elements whose key is not known, "*" for
all elements, "keys" for the keys of a dict. A load by a constant key sees "=k" and "?", any other load sees "*".
"""

from __future__ import annotations

from code_path_audit.callgraph import classes
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import BMETHOD, BOX, CLASS, EXT, INST, INT, STR, UNKNOWN, XRES

SEQUENCES = frozenset(("list", "tuple"))


def constant_key(s: State, value: int) -> str | None:
    """The name of the field for a constant key, None where the value is no constant."""
    kind = s.kinds[value]
    if kind == STR:
        return "=s:" + str(s.rows[value][1])
    if kind == INT:
        return f"=i:{s.rows[value][1]}"
    if kind in (CLASS, INST, EXT):
        return f"=v:{value}" if kind != INST else None
    return None


def key_field(s: State, box: int, key: str) -> int:
    """The field for a constant key, joined to "*" when it is made."""
    known = (box, key) in s.fields
    var = s.field(box, key)
    if not known:
        s.flow(var, all_field(s, box))
    return var


def all_field(s: State, box: int) -> int:
    """The field of all elements."""
    known = (box, "*") in s.fields
    var = s.field(box, "*")
    if not known:
        s.flow(s.field(box, "?"), var)
    return var


def put(s: State, box: int, key: int | None, source: int) -> None:
    """Store all that a variable holds, under a key value or (None) somewhere."""
    name = constant_key(s, key) if key is not None else None
    if name is None:
        all_field(s, box)
        s.flow(source, s.field(box, "?"))
        if s.rows[box][1] != "tuple":
            s.open_boxes.add(box)
    else:
        s.flow(source, key_field(s, box, name))
    if key is not None:
        s.add(s.field(box, "keys"), key)


def get(s: State, box: int, key: int | None, target: int) -> None:
    """Load by a key value, or (None) any element."""
    name = constant_key(s, key) if key is not None else None
    if name is not None and name.startswith("=i:-"):
        name = None
    if name is None:
        s.flow(all_field(s, box), target)
    else:
        s.flow(key_field(s, box, name), target)
        s.flow(s.field(box, "?"), target)


def extend(s: State, box: int, values: int) -> None:
    """Add all elements of an iterable value to a box."""
    from code_path_audit.callgraph.protocols import iterate  # noqa: PLC0415

    all_field(s, box)
    s.open_boxes.add(box)
    iterate(s, values, s.field(box, "?"), 0, -1, False)


def merge(s: State, box: int, other: int) -> None:
    """dict.update and {**other}: the keys of another box, as far as they are known now, and what it holds elsewhere."""
    for owner, name in [key for key in s.fields if key[0] == other and key[1].startswith("=")]:
        s.flow(s.fields[owner, name], key_field(s, box, name))
    s.flow(s.field(other, "?"), s.field(box, "?"))
    s.flow(s.field(other, "keys"), s.field(box, "keys"))
    all_field(s, box)
    s.open_boxes.add(box)


def view(s: State, box: int, name: str) -> int:
    """items(), keys(), values(): a box of its own over the same fields."""
    out = s.box("list", (box, name))
    if (out, "?") not in s.fields:
        source = s.variable()
        s.add(source, box)
        s.sized_by[out] = source
    if (out, "?") in s.fields:
        return out
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


def method(s: State, value: int, call: Call) -> None:
    """A call of a method of a box."""
    from code_path_audit.callgraph.calls import call_back  # noqa: PLC0415

    _, name, box = s.rows[value]
    kind = s.rows[box][1]
    s.calls_external(call.aid, call.site, f"builtins.{'list' if kind == 'deque' else kind}.{name}", call.kind)
    args = [var for var, star in call.pos if not star]
    if name in ("append", "add", "appendleft"):
        for var in args[:1]:
            put(s, box, None, var)
    elif name == "insert":
        for var in args[1:2]:
            put(s, box, None, var)
    elif name in ("extend", "extendleft", "union", "update", "intersection_update", "__or__"):
        update(s, box, kind, args, call)
    elif name in ("pop", "get", "popleft", "popitem", "setdefault", "__getitem__", "move_to_end"):
        lookup(s, box, name, args, call)
    elif name in ("items", "keys", "values"):
        s.add(call.dst, view(s, box, name))
    elif name in ("copy", "difference", "intersection", "symmetric_difference", "__copy__"):
        s.add(call.dst, box)
    elif name in ("__setitem__", "__set__") and len(args) == 2:
        store(s, box, args[0], args[1])
    elif name == "sort":
        for keyword, var in call.kw:
            if keyword == "key":
                s.watch(var, call_back, (call.aid, call.site, (all_field(s, box),)))
    elif name in ("index", "count", "__len__"):
        s.add(call.dst, s.instance("builtins.int"))
    elif name in ("__contains__", "isdisjoint", "issubset", "issuperset"):
        s.add(call.dst, s.instance("builtins.bool"))
    elif name == "__iter__":
        s.add(call.dst, box)


def update(s: State, box: int, kind: str, args: list[int], call: Call) -> None:
    """extend and update."""
    for var in args:
        s.watch(var, on_update, (box, kind))
    for keyword, var in call.kw:
        if keyword is not None:
            key = s.of(STR, keyword)
            put(s, box, key, var)
        else:
            s.watch(var, on_update, (box, kind))
    if call.dst:
        s.add(call.dst, box)


def on_update(s: State, data: tuple[int, str], value: int) -> None:
    """One iterable or mapping that is merged into a box."""
    box, kind = data
    if kind == "dict":
        inner = classes.box_of(s, value) if s.kinds[value] == INST else value
        if inner is not None and s.kinds[inner] == BOX and s.rows[inner][1] == "dict":
            merge(s, box, inner)
        elif s.kinds[value] == BOX:
            pairs = s.variable()
            s.flow(all_field(s, value), pairs)
            s.watch(pairs, on_pair, box)
        else:
            s.add(s.field(box, "?"), s.of(UNKNOWN, ""))
    else:
        extend(s, box, value)


def on_pair(s: State, box: int, value: int) -> None:
    """A (key, value) pair that becomes an item of a dict."""
    if s.kinds[value] == BOX:
        s.flow(s.field(value, "=i:0"), s.field(box, "keys"))
        s.flow(key_field(s, value, "=i:1"), s.field(box, "?"))
        all_field(s, box)


def lookup(s: State, box: int, name: str, args: list[int], call: Call) -> None:
    """pop, get, setdefault ..."""
    if name == "popitem":
        pair = s.box("tuple", (box, "item"))
        view(s, box, "items")
        s.add(call.dst, pair)
        return
    if s.rows[box][1] == "dict" and args:
        load(s, box, args[0], call.dst)
        if name == "setdefault" and len(args) > 1:
            store(s, box, args[0], args[1])
        for var in args[1:]:
            s.flow(var, call.dst)
    elif name == "__getitem__" and args:
        load(s, box, args[0], call.dst)
    else:
        get(s, box, None, call.dst)


def load(s: State, box: int, key: int, target: int) -> None:
    """box[key], for a variable that holds the key."""
    s.watch(key, on_load_key, (box, target))
    s.if_empty.append((key, on_load_key_unknown, (box, target)))


def on_load_key(s: State, data: tuple[int, int], value: int) -> None:
    """One value of a key."""
    get(s, data[0], value, data[1])


def on_load_key_unknown(s: State, data: tuple[int, int], _: int) -> None:
    """A key of which nothing is known."""
    get(s, data[0], None, data[1])


def store(s: State, box: int, key: int, source: int) -> None:
    """box[key] = source"""
    s.watch(key, on_store_key, (box, source))
    s.if_empty.append((key, on_store_key_unknown, (box, source)))


def on_store_key(s: State, data: tuple[int, int], value: int) -> None:
    """One value of a key."""
    put(s, data[0], value, data[1])


def on_store_key_unknown(s: State, data: tuple[int, int], _: int) -> None:
    """A key of which nothing is known."""
    put(s, data[0], None, data[1])


def unknown_element(s: State, value: int, path: str) -> int:
    """The element of something outside: still outside."""
    from code_path_audit.callgraph.externals import derived  # noqa: PLC0415

    return derived(s, value, f"{s.rows[value][1]}{path}")


def bound_method(s: State, name: str, box: int) -> int:
    """A method of a box, read as an attribute."""
    return s.of(BMETHOD, name, box)
