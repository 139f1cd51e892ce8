"""Instructions that make values: literals, displays, comprehensions, slices."""

from __future__ import annotations

from collections.abc import Callable

from code_path_audit.callgraph.heap import containers, slices
from code_path_audit.callgraph.language import subscripts
from code_path_audit.callgraph.library.stub_values import PATH_LIMIT
from code_path_audit.callgraph.solver.abstract_values import (
    BOX,
    INST,
    INT,
    NONE,
    STR,
    XINST,
)
from code_path_audit.callgraph.solver.ids import NO_SITE, Activation, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts.opcodes import Row

LONGEST_STRING = 100_000
"""A longer string is a str of no known length."""


def string(s: State, aid: Activation, base: Var, row: Row) -> None:
    """A string; a long one is only a str of its length."""
    text = row[2]
    if len(text) <= LONGEST_STRING:
        s.add(base + row[1], s.of(STR, text))
    else:
        s.add(base + row[1], s.instance("builtins.str"))


def integer(s: State, aid: Activation, base: Var, row: Row) -> None:
    """A number."""
    s.add(base + row[1], s.of(INT, row[2]))


def primitive(s: State, aid: Activation, base: Var, row: Row) -> None:
    """Another literal; a string that begins with constant text keeps it, for getattr."""
    dotted = row[2]
    if dotted == "builtins.None":
        s.add(base + row[1], s.of(NONE))
    elif dotted == "builtins.str" and len(row) > 3 and row[3]:
        # a path that some values stand in keeps what it spells besides (`library.routes`)
        before, gap, _ = row[3].partition("\0")
        spelled = ((s.of(STR, row[3]),),) if gap else ()
        s.add(base + row[1], s.of(XINST, dotted, ((s.of(STR, before),), *spelled), 0))
    else:
        s.add(base + row[1], s.instance(dotted))


Parts = tuple[tuple[Var, str], ...]
"""Variables, each with the constant text behind it."""


def joined(s: State, aid: Activation, base: Var, row: Row) -> None:
    """A text of several parts: constant as far as they are, and what it begins with where one is not."""
    first, *behind = row[2].split("\0")
    parts = tuple((Var(base + part), text) for part, text in zip(row[3], behind, strict=True))
    ask_part(s, (first, parts, Var(base + row[1])))


def ask_part(s: State, data: tuple[str, Parts, Var]) -> None:
    """The first of the parts that are left, behind a constant text."""
    _, parts, _ = data
    s.watch(parts[0][0], on_part, data)
    s.when_empty(parts[0][0], on_no_part, data)


def on_part(s: State, data: tuple[str, Parts, Var], value: Value) -> None:
    """One value of a part."""
    before, ((_, behind), *rest), dst = data
    if s.instance("builtins.str") in (s.pts[dst] or ()):
        return  # it may be any text already
    text = before + s.rows[value].text + behind if s.kinds[value] == STR else ""
    if not text or len(text) > PATH_LIMIT:
        on_no_part(s, data)
    elif rest:
        ask_part(s, (text, tuple(rest), dst))
    else:
        s.add(dst, s.of(STR, text))


def on_no_part(s: State, data: tuple[str, Parts, Var]) -> None:
    """A part of which nothing is known: a text with a beginning."""
    before, _, dst = data
    if before:
        s.add(dst, s.of(XINST, "builtins.str", ((s.of(STR, before),),), 0))
    else:
        s.add(dst, s.instance("builtins.str"))


def sequence(kind: str) -> Callable[[State, Activation, Var, Row], None]:
    """[...], (...), {...}"""

    def handler(s: State, aid: Activation, base: Var, row: Row) -> None:
        box = s.box(kind, (aid, row[1]))
        containers.all_field(s, box)
        place: int | None = 0
        for reg in row[2]:
            if reg < 0:
                containers.extend(s, box, base + ~reg, NO_SITE)  # the loop over it is an instruction of its own
                place = None
            elif place is None:
                containers.put(s, box, None, base + reg)
            else:
                containers.put(s, box, s.of(INT, place) if kind != "set" else None, base + reg)
                place += 1
        if kind == "set":
            s.open_boxes.discard(box)
        if place is not None:
            s.lengths[box] = len(row[2])
        s.add(base + row[1], box)

    return handler


def dictionary(s: State, aid: Activation, base: Var, row: Row) -> None:
    """{k: v, **d}"""
    box = s.box("dict", (aid, row[1]))
    containers.all_field(s, box)
    s.lengths[box] = len(row[2])
    for key, value in row[2]:
        if key < 0:
            s.watch(base + value, containers.on_update, (box, "dict", Site(aid, -1)))
            s.lengths.pop(box, None)
        else:
            containers.store(s, box, base + key, base + value, Site(aid, -1))
    s.open_boxes.discard(box)
    s.add(base + row[1], box)


def comprehension(s: State, aid: Activation, base: Var, row: Row) -> None:
    """[... for ...]"""
    _, reg, kind, key, value = row
    box = s.box(kind, (aid, reg))
    if key >= 0:
        containers.store(s, box, base + key, base + value, Site(aid, -1))
    else:
        containers.put(s, box, None, base + value)
    s.open_boxes.add(box)
    s.add(base + reg, box)


def slice_(s: State, aid: Activation, base: Var, row: Row) -> None:
    """x[a:b]"""
    _, reg, source, lower, upper, step, site = row
    bounds = tuple(base + bound if bound >= 0 else None for bound in (lower, upper, step))
    s.watch(base + source, on_slice, (base + reg, bounds, Site(aid, site)))


def on_slice(s: State, data: tuple[Var, tuple[Var | None, ...], Site], value: Value) -> None:
    """A part of a sequence: of a list or tuple by its bounds, where those are known."""
    dst, bounds, site = data
    if s.kinds[value] in (STR, BOX):
        subscripts.ask_bounds(s, bounds, site)
    if s.kinds[value] == INST:
        subscripts.item(s, (dst, slices.holding(s, bounds), site), value)
    elif s.kinds[value] == XINST and type(s.rows[value].key) is not int:
        given = ((slices.holding(s, bounds), False),)
        if not s.frameworks.special(s, value, "__getitem__", Call(site, dst, given, (), "operator")):
            s.add(dst, value)
    elif s.kinds[value] == STR:
        s.add(dst, s.instance("builtins.str"))
    elif s.kinds[value] == BOX:
        slices.part(s, dst, value, bounds)
    else:
        s.add(dst, value)
