"""Reads of one stream, piece by piece, are one read of all of it: the loop around them is no loop of theirs, and the
next of them does not do the same work again."""

from __future__ import annotations

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.opcodes import ATTR, FREE, GLOBAL, ITEM
from code_path_audit.profiles.effects import STREAMS, is_method, is_stateful
from code_path_audit.profiles.runs.standing import Standing, is_inside
from code_path_audit.profiles.values import UNKNOWN, Values, ValuesOf

PIECES = frozenset((
    "read", "read1", "readinto", "readinto1", "readline", "recv", "recv_into", "readexactly", "readuntil", "readchunk",
))  # fmt: skip
"""Methods that read a part of a stream, and go on where they were."""

WHOLE = frozenset((
    "zipfile.ZipFile.read", "configparser.RawConfigParser.read", "configparser.ConfigParser.read",
    "tomlkit.toml_file.TOMLFile.read",
))  # fmt: skip
"""Methods of such names that read all of what they are asked for."""


def is_piece(callee: str) -> bool:
    """Whether a call reads a part of a stream."""
    return callee.rpartition(".")[2] in PIECES and callee not in WHOLE


def as_one_read(values_of: ValuesOf, function: str, callee: str, site: int, where: Standing) -> Standing:
    """Where a call site stands: without the loops in which it reads on in a stream that was opened outside of them."""
    if not is_piece(callee) or not where.loops or not is_method(callee):
        return where
    values = values_of(function)
    receiver = values.receiver(site)
    if receiver is None:
        return where
    home = values.home(receiver, values.only_read, frozenset())
    if home == UNKNOWN:
        return where
    outside = tuple(loop for loop in where.loops if loop.place[1] < 0 or is_inside(values.facts, home, loop.place[1]))
    return where._replace(loops=outside)


KEPT = frozenset((GLOBAL, FREE, ATTR, ITEM))
"""The instructions that take up what was there before the function ran."""


def reads_on(values: Values, op: ExpensiveOp) -> bool:
    """Whether an op reads on in a stream that its function takes from elsewhere: a cell, a global, an attribute. Of a
    method that was handed over itself (`readline()`) the object is elsewhere, too."""
    last = op.callee.rpartition(".")[2]
    if is_piece(op.callee) and op.base_class in ("file_io", "network") and is_stateful(op.callee):
        receiver = values.receiver(op.site)
        return receiver is None or takes_up(values, receiver)
    # what is read comes first: how it is read, as `Loader=yaml.CSafeLoader`, is kept elsewhere, too
    given = values.facts.sites[op.site].arguments[:1]
    return last in STREAMS and any(takes_up(values, row.reg) for row in given)


def takes_up(values: Values, reg: int) -> bool:
    """Whether a value is taken from where it was kept."""
    made = values.making(reg)
    return made is not None and made[0] in KEPT
