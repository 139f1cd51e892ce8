"""The constants that registers of a function hold, as far as its instructions say: texts, whole numbers, members of
enumerations, and lists of texts, also such as are unpacked, copied or added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.constants import listed, member, words_in, written
from code_path_audit.facts.rows import FALSY, NOTHING, TRUTHY
from code_path_audit.profiles.values import COPIES, Values

Known = int | str
"""What is known of a value: `TRUTHY`, `FALSY` or `NOTHING`, or the constant that it is (`facts/constants.py`)."""


def constant(row: tuple | None) -> Known:  # type: ignore[type-arg]
    """What the value is that an instruction makes, 0 where that is not known."""
    if row is None:
        return 0
    if row[0] in (op.STR, op.INT):
        return written(row[2]) or (TRUTHY if row[2] else FALSY)
    if row[0] == op.PRIM and row[2] == "builtins.None":
        return NOTHING
    if row[0] == op.PRIM and row[2] == "builtins.bool" and len(row) > 3:
        return TRUTHY if row[3] == "True" else FALSY
    return 0


NOTHING_KNOWN: Mapping[int, Known] = {}


def value_of(values: Values, reg: int, known: Mapping[int, Known] = NOTHING_KNOWN) -> Known:
    """The constant that a register holds, of whose function's parameters something is known; 0 where it is not."""
    if values.is_param(reg):
        return known.get(values.origin(reg), 0)
    parts = parts_of(values, reg)
    if parts is not None:
        return listed(texts(values, parts, known)[:MOST_WORDS])
    row = values.making(reg)
    return constant(row) or member_of(values, row)


def parts_of(values: Values, reg: int) -> tuple[int, ...] | None:
    """The registers of the elements of a list that is written out, copied or put together, with what is unpacked or
    added as ~register; None for what is no such list."""
    row = values.making(reg)
    if row is None:
        return None
    if row[0] in (op.LIST, op.TUPLE):
        return tuple(row[2][:MOST_WORDS])
    if row[0] == op.BINARY and row[2] == "add" and any(parts_of(values, side) is not None for side in row[3:5]):
        return (~row[3], ~row[4])
    called = values.making(row[2]) if row[0] == op.CALL and row[3] and row[3][0] >= 0 else None
    if called is not None and called[0] == op.GLOBAL and called[2] in ("list", "tuple"):
        return (~row[3][0],)
    line = parsed_of(values, reg)
    return (~or_default(values, line),) if line >= 0 else None


def is_parsed(values: Values, reg: int) -> bool:
    """Whether a value is what a parser makes of a command line that it is given: it stands for its words."""
    return parsed_of(values, reg) >= 0


PARSING = frozenset(("parse_args", "parse_known_args", "parse_intermixed_args", "parse_arguments", "parse_options"))
"""What a function or a method is called that parses a command line."""


def parsed_of(values: Values, reg: int) -> int:
    """The register of the command line of which a parser makes a value, alone or before what it leaves over; -1 for a
    value of another kind."""
    row = values.making(reg)
    if row is not None and row[0] == op.UNPACK and row[2] and values.origin(row[2][0]) == values.origin(reg):
        row = values.making(row[1])
    given = [*row[3], *(given for _, given in row[4])] if row is not None and row[0] == op.CALL else []
    called = values.making(row[2]) if row is not None and len(given) == 1 else None
    if called is None or called[0] not in (op.ATTR, op.GLOBAL) or called[NAMED[called[0]]] not in PARSING:
        return -1
    return int(given[0])


def or_default(values: Values, reg: int) -> int:
    """The parameter that a value is where it is given: `argv if argv is not None else sys.argv[1:]`, or what an `if`
    puts in the place of one that is missing; the register itself where it is no such value."""
    todo, seen, found = [values.origin(reg)], {reg}, set[int]()
    while todo:
        for row in values.made.get(todo.pop(), ()):
            source = values.origin(row[2]) if row[0] in COPIES else -1
            if source >= 0 and source not in seen:
                seen.add(source)
                if values.is_param(source) and source < len(values.facts.params):
                    found.add(source)
                else:
                    todo.append(source)
    return found.pop() if len(found) == 1 else reg


def texts(values: Values, parts: Iterable[int], known: Mapping[int, Known]) -> list[str]:
    """The elements of a list as constants are written, "" for what is none; of what is unpacked, all that are known."""
    found: list[str] = []
    for part in parts:
        if part >= 0:
            held = known.get(values.origin(part), 0) if values.is_param(part) else constant(values.making(part))
            found.append(held if isinstance(held, str) else "")
        else:
            held = value_of(values, ~part, known)
            found += [written(word) for word in words_in(held)] if isinstance(held, str) and held[:1] == "&" else [""]
    return found


def params_in(values: Values, reg: int) -> list[int]:
    """The parameters that a value is, or that a list has elements of."""
    if values.is_param(reg):
        return [values.origin(reg)] if values.origin(reg) < len(values.facts.params) else []
    parts = parts_of(values, reg) or ()
    return [index for part in parts for index in params_in(values, part if part >= 0 else ~part)]


MOST_WORDS = 20
"""Words of a list that are read."""


NAMED = {op.GLOBAL: 2, op.IMPORT_FROM: 3, op.ATTR: 3}
"""What gives a value by a name, and where its row has that."""


def member_of(values: Values, row: tuple | None) -> Known:  # type: ignore[type-arg]
    """The member of an enumeration that an instruction reads, 0 where it reads none."""
    if row is None or row[0] != op.ATTR:
        return 0
    owner = values.making(row[2])
    if owner is None or owner[0] not in NAMED:
        return 0
    return member(owner[NAMED[owner[0]]], row[3]) or 0
