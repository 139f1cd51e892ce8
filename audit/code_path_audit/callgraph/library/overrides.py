"""Which methods of an object a base from outside may call: those that override its own, or that a model names."""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import CLASS, CLASSM, EXT, FUNC, PROPERTY, STATIC
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State


class Overridden:
    """What bases from outside may call."""

    def __init__(self) -> None:
        self.by_class: dict[tuple[Value, tuple[str, ...] | None], tuple[classes.Shape, list[tuple[str, Var]]]] = {}
        """By class and what is meant, as long as the class has that shape."""
        self.callable_from: dict[tuple[Value, str], bool] = {}
        """Whether a base outside may call a method of a name."""
        self.marked: dict[tuple[Var, tuple[str, ...]], Var] = {}
        """Those values of a class attribute that decorators of some packages were given."""


class Decorated:
    """What decorators of libraries were given."""

    def __init__(self) -> None:
        self.faces: dict[Value, dict[Value, None]] = {}
        """What unknown decorators made of a function."""


def overrides(s: State, value: Value, only: tuple[str, ...] | None) -> list[tuple[str, Var]]:
    """The names that an object's class defines and a base outside may call, with their variables."""
    cls = s.rows[value].cls
    known, now = s.tables[Overridden].by_class, classes.shape(s, cls)
    before = known.get((cls, only))
    if before is not None and before[0] == now:
        return before[1]
    found = list(_overrides(s, cls, only))
    known[cls, only] = now, found
    return found


def _overrides(s: State, cls: Value, only: tuple[str, ...] | None) -> Iterator[tuple[str, Var]]:
    outside = list(classes.outside_bases(s, cls))
    if only is None:  # what a model says that a framework asks of its objects is all that it asks
        outside = [base for base in outside if not s.behaviours.says_all(s.rows[base].dotted)]
    named = tuple(dict.fromkeys(s.rows[o].dotted.partition(".")[0] for o in outside if is_named(s, o)))
    # a mixin of the same library asks for no more than a base of which a model says all
    outside = [o for o in outside if is_named(s, o) or s.rows[o].dotted.partition(".")[0] not in named]
    seen: set[str] = set()
    for entry in classes.order(s, cls):
        if s.kinds[entry] != CLASS:
            continue
        for name in sorted(s.own[entry] - seen):
            seen.add(name)
            if only is not None and not is_meant(name, only):
                continue
            if name in ("__init__", "__new__", "__init_subclass__"):
                continue
            if any(may_call(s, o, name) for o in outside):
                yield name, s.field(entry, name)
            elif named and only is None:
                yield name, marked_by(s, s.field(entry, name), named)


def marked_by(s: State, var: Var, packages: tuple[str, ...]) -> Var:
    """The variable of those functions of a class attribute that decorators of a library got: it may call these."""
    marked = s.tables[Overridden].marked
    out = marked.get((var, packages))
    if out is None:
        out = marked[var, packages] = s.variable()
        s.watch(var, on_marked, (out, packages))
    return out


@sees(FUNC, STATIC, CLASSM, PROPERTY)
def on_marked(s: State, data: tuple[Var, tuple[str, ...]], value: Value) -> None:
    """One value of a class attribute."""
    out, packages = data
    inner = value
    while s.kinds[inner] in (STATIC, CLASSM):
        inner = s.rows[inner].callable
    faces = s.tables[Decorated].faces.get(inner, ())
    if any(s.rows[face].dotted.partition(".")[0] in packages for face in faces):
        s.add(out, value)


def is_meant(name: str, only: tuple[str, ...]) -> bool:
    """Whether a name is one of these, of which some end in "*" and stand for all that begin so."""
    return name in only or any(text.endswith("*") and name.startswith(text[:-1]) for text in only)


def may_call(s: State, outside: Value, name: str) -> bool:
    """Whether a base class from outside may call a method of that name: one that it has, or finds by its name.

    What a table says that it runs for an attribute (`behaviours`) it calls there, and nowhere else. What a model says
    that a library overrides (`overrides`) is all, of a class that no stub knows.
    """
    known = s.tables[Overridden].callable_from
    found = known.get((outside, name))
    if found is None:
        found = known[outside, name] = _may_call(s, outside, name)
    return found


def _may_call(s: State, outside: Value, name: str) -> bool:
    hooks = s.behaviours.hooked.get(s.rows[outside].dotted.partition(".")[0], ())
    if any(name.startswith(head) and name.endswith(tail) for _, head, tail in hooks):
        return False
    rows = named_overrides(s, outside)
    if any(is_meant(name, row) for row in rows):
        return True
    return classes.outside_has(s, outside, name) and (not rows or classes.is_known(s, outside))


def named_overrides(s: State, outside: Value) -> list[tuple[str, ...]]:
    """What models say that a library calls of the objects of classes below one of its own."""
    if s.kinds[outside] != EXT:
        return []
    dotted = s.rows[outside].dotted
    found = (s.behaviours.overridden(base) for base in s.stubs.mro(dotted) or (dotted,))
    return [row for row in found if row is not None]


def is_named(s: State, outside: Value) -> bool:
    """Whether a model names what a library calls of the objects of classes below one, which no stub knows."""
    return not classes.is_known(s, outside) and bool(named_overrides(s, outside))
