"""What the methods that the abstract collections give to a class call of that class, by their documentation.

`Mapping.items()` goes over `__iter__` and `__getitem__` of the class below, `MutableSequence.append()` calls `insert`.
Of a method that is not in the table any override may be called.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap.classes import IN_C

OWNERS = ("typing.", "collections.User", "collections.abc.")
"""Classes that are written in Python, so that their methods call what a class below overrides."""

LOOK, WALK = ("__getitem__", "__contains__", "__missing__"), ("__iter__", "__len__", "__getitem__")

CALLS: dict[str, tuple[str, ...]] = {
    "get": LOOK, "__contains__": (*LOOK, "__iter__", "__len__"), "keys": ("__iter__", "__len__", "__contains__"),
    "items": WALK, "values": WALK, "index": WALK, "count": WALK, "__iter__": WALK, "__reversed__": WALK,
    "pop": (*WALK, "__delitem__", "discard"), "popitem": (*WALK, "__delitem__"),
    "clear": (*WALK, "__delitem__", "pop", "popitem", "discard"), "update": ("__setitem__",),
    "setdefault": (*LOOK, "__setitem__"), "append": ("insert", "__len__"),
    "extend": ("insert", "append", "__len__"), "__iadd__": ("insert", "append", "extend", "__len__"),
    "__setitem__": (), "__delitem__": (), "__len__": (), "__getitem__": ("__missing__",), "insert": (), "sort": (),
    "remove": (*WALK, "__delitem__", "index", "__contains__", "discard"), "reverse": (*WALK, "__setitem__"),
}  # fmt: skip


def called_by(dotted: str) -> tuple[str, ...] | None:
    """What an inherited method calls; None where it may be anything."""
    owner, _, name = dotted.rpartition(".")
    if owner in IN_C:
        return ("__missing__",) if name == "__getitem__" else ()
    return CALLS.get(dotted.rpartition(".")[2]) if dotted.startswith(OWNERS) else None
