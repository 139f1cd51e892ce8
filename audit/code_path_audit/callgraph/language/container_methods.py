"""The methods of containers made in the source: append, update, pop, items, sort ..."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import call_back_into
from code_path_audit.callgraph.heap.containers import all_field, get, load, mix, put, store, update, view
from code_path_audit.callgraph.language.operators import compared
from code_path_audit.callgraph.language.special_methods import special
from code_path_audit.callgraph.solver.ids import NOWHERE, Value, Var
from code_path_audit.callgraph.solver.state import Call, State

MOVING = frozenset(("insert", "pop", "remove", "sort", "reverse", "appendleft", "popleft", "extendleft", "rotate"))
"""Methods that give elements another index; pop() takes the last one."""

VIEWS = {"items": "items", "keys": "keys", "values": "values", "most_common": "items", "elements": "keys"}
"""Methods that give what is in a dict, of a Counter too."""


def method(s: State, value: Value, call: Call) -> None:
    """A call of a method of a box."""
    name, box = s.rows[value].name, s.rows[value].box
    kind = s.rows[box].box_kind
    s.calls_external(call.site, f"builtins.{'list' if kind == 'deque' else kind}.{name}", call.kind)
    args = [var for var, star in call.pos if not star]
    if name in MOVING and kind == "list" and (args or name != "pop"):
        mix(s, box)
    if name in ("append", "add", "appendleft"):
        for var in args[:1]:
            put(s, box, None, var)
            if kind == "set":
                s.watch(var, on_hashed, call)
    elif name == "insert":
        for var in args[1:2]:
            put(s, box, None, var)
    elif name in ("extend", "extendleft", "union", "update", "intersection_update", "__or__"):
        update(s, box, kind, args, call)
    elif name in ("pop", "get", "popleft", "popitem", "setdefault", "__getitem__", "move_to_end"):
        lookup(s, box, name, args, call)
    elif name in VIEWS:
        s.add(call.dst, view(s, box, VIEWS[name]))
    elif name in ("copy", "difference", "intersection", "symmetric_difference", "__copy__"):
        s.add(call.dst, box)
    elif name in ("__setitem__", "__set__") and len(args) == 2:
        store(s, box, args[0], args[1], call.site)
    elif name == "sort":
        item = all_field(s, box)
        for keyword, var in call.kw:
            if keyword == "key":
                item = s.variable()
                s.watch(var, call_back_into, (call.site, (all_field(s, box),), item))
        compared(s, item, "lt", call.site)
    elif name in ("index", "count", "remove", "__len__"):
        if name != "__len__":
            s.watch(all_field(s, box), on_compared, call)
        s.add(call.dst, s.instance("builtins.int"))
    elif name in ("__contains__", "isdisjoint", "issubset", "issuperset"):
        s.add(call.dst, s.instance("builtins.bool"))
    elif name == "__iter__":
        s.add(call.dst, box)


def on_hashed(s: State, call: Call, value: Value) -> None:
    """A set hashes and compares what is added."""
    for name in ("__hash__", "__eq__"):
        special(s, value, name, Call(call.site, NOWHERE, (), (), "operator"))


def on_compared(s: State, call: Call, value: Value) -> None:
    """index, count and remove compare elements."""
    special(s, value, "__eq__", Call(call.site, NOWHERE, (), (), "operator"))


def lookup(s: State, box: Value, name: str, args: list[Var], call: Call) -> None:
    """pop, get, setdefault ...; `super().__getitem__(key)` asks `__missing__` of the object that it is for."""
    key = s.rows[box].key
    if name == "__getitem__" and isinstance(key, tuple) and key[:1] == ("of",) and args:
        special(s, Value(key[1]), "__missing__", Call(call.site, call.dst, ((args[0], False),), (), "operator"))
    if name == "popitem":
        pair = s.box("tuple", (box, "item"))
        view(s, box, "items")
        s.add(call.dst, pair)
        return
    if s.rows[box].box_kind == "dict" and args:
        load(s, box, args[0], call.dst, call.site)
        if name == "setdefault" and len(args) > 1:
            store(s, box, args[0], args[1], call.site)
        for var in args[1:]:
            s.flow(var, call.dst)
    elif name == "__getitem__" and args:
        load(s, box, args[0], call.dst, call.site)
    else:
        get(s, box, None, call.dst)
