"""Parts of sequences: which elements `rows[1:3]` has, and under which index.

A part of a list or tuple shares the elements of the whole by place where its bounds are constants that count from the
start, and its step is 1. Else it is taken to have all of them, under any index (edges too many). What is stored into a
part does not reach the whole.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap.containers import SEQUENCES, Mirrors, all_field, mirror
from code_path_audit.callgraph.solver.abstract_values import INT, NONE, XINST
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import State

PART = "slice"
"""What the key of a part begins with; behind it stand the whole and, of a part by place, the bounds."""

MAX_PARTS = 24
"""Parts of one container that are kept apart; the others may be all of it."""

MAX_ELEMENTS = 200
"""Elements of a container whose parts are kept apart."""

Slice = tuple[Var, Value, tuple[int | None, ...], tuple[Var | None, ...]]
"""A slice that is being read: target, container, the bounds that are known, the variables of those still to be read."""


SLICE = "builtins.slice"


def bounds_of(s: State, value: Value) -> tuple[Var | None, ...]:
    """The variables of the bounds that a slice object keeps, None for one that is left out or not known."""
    return tuple(s.fields.get((value, name)) for name in BOUNDS)


def holding(s: State, bounds: tuple[Var | None, ...]) -> Var:
    """A variable that holds a slice object: one with a step says which."""
    step, held = bounds[2], s.variable()
    made = s.instance(SLICE) if step is None else s.of(XINST, SLICE, (), ("stepped", step))
    if step is not None:
        s.flow(step, s.field(made, "step"))
    s.add(held, made)
    return held


def part(s: State, dst: Var, box: Value, bounds: tuple[Var | None, ...]) -> None:
    """box[lower:upper:step], for variables that hold the bounds, None for one that is left out."""
    if s.rows[box].box_kind in SEQUENCES and not is_part(s, box):
        read(s, (dst, box, (), bounds))
    else:
        unordered(s, dst, box)


def is_part(s: State, box: Value) -> bool:
    """Whether a container is a part of another."""
    key = s.rows[box].key
    return isinstance(key, tuple) and key[:1] == (PART,)


def read(s: State, data: Slice) -> None:
    """Ask for the next bound; a part for each of its values."""
    dst, box, known, rest = data
    while rest:
        if rest[0] is not None:
            s.watch(rest[0], on_bound, (dst, box, known, rest))
            s.when_empty(rest[0], on_unknown, (dst, box, known, rest))
            return
        known, rest = (*known, None), rest[1:]
    lower, upper, step = known
    lower = 0 if lower is None else lower
    made = s.box(s.rows[box].box_kind, (PART, box, lower, upper))
    parts = s.tables[Mirrors].of.get(box, {})
    # the same bound may come up twice
    many = len(parts) >= MAX_PARTS or len(s.keys_of.get(box, ())) > MAX_ELEMENTS
    apart = (made, lower, upper) in parts or not many
    if not apart or step not in (None, 1) or lower < 0 or (upper is not None and upper < 0):
        unordered(s, dst, box)
        return
    mirror(s, box, made, lower, upper)
    s.add(dst, made)


BOUNDS = ("start", "stop", "step")


def on_bound(s: State, data: Slice, value: Value) -> None:
    """One value of a bound."""
    dst, box, known, rest = data
    if s.kinds[value] == INT:
        read(s, (dst, box, (*known, s.rows[value].number), rest[1:]))
    elif s.kinds[value] == NONE:
        read(s, (dst, box, (*known, None), rest[1:]))
    else:
        unordered(s, dst, box)


def on_unknown(s: State, data: Slice) -> None:
    """A bound of which nothing is known."""
    unordered(s, data[0], data[1])


def unordered(s: State, dst: Var, box: Value) -> None:
    """A part that may have any element under any index; its own parts are taken for itself, so that loops end."""
    key = s.rows[box].key
    if isinstance(key, tuple) and key[:1] == (PART,) and len(key) == 2:
        s.add(dst, box)
        return
    made = s.box(s.rows[box].box_kind, (PART, box))
    all_field(s, made)
    s.flow(all_field(s, box), s.field(made, "?"))
    s.open_boxes.add(made)
    s.add(dst, made)
