"""What the fields of an instruction are, so that registers and call sites can be renumbered, or left out of sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from code_path_audit.facts.codec import SHAPES
from code_path_audit.facts.opcodes import Row

Register = Callable[[int], int]
Cell = Callable[[int, int], int]
Place = Callable[[int], Any]


def as_it_is(number: int) -> int:
    """For numbers that stay."""
    return number


def renumbered(
    row: Row, register: Register, place: Place, cell: Cell, function: Callable[[int], int] = as_it_is
) -> Row:
    """The instruction with other numbers: `register` is given those of the function's own registers, `place` those of
    its call sites, `cell` the function that owns a register, and that; `function` those of functions. What stands for
    none (-1) stays."""
    out: list[Any] = [row[0]]
    owner = -1
    for letter, field in zip(SHAPES[row[0]], row[1:], strict=False):
        if letter == "r" or (letter == "R" and field >= 0):
            field = register(field)
        elif letter == "S":
            field = place(field) if field >= 0 else field
        elif letter == "u":
            field = tuple([~register(~one) if one < 0 else register(one) for one in field])
        elif letter == "p":
            field = tuple([register(one) for one in field])
        elif letter in "nk":
            field = tuple([(name, register(one)) for name, one in field])
        elif letter == "d":
            field = tuple([(register(key) if key >= 0 else key, register(one)) for key, one in field])
        elif letter == "f":
            owner = field
            field = function(field)
        elif letter == "c":
            field = cell(owner, field)
        out.append(field)
    return tuple(out)
