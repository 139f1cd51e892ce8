"""Reads of one stream, piece by piece, are one read of all of it: the loop around them is no loop of theirs."""

from __future__ import annotations

from code_path_audit.profiles.effects import is_method
from code_path_audit.profiles.runs.standing import Standing, is_inside
from code_path_audit.profiles.values import UNKNOWN, ValuesOf

PIECES = frozenset((
    "read", "read1", "readinto", "readinto1", "readline", "recv", "recv_into", "readexactly", "readuntil", "readchunk",
))  # fmt: skip
"""Methods that read a part of a stream, and go on where they were."""


def as_one_read(values_of: ValuesOf, function: str, callee: str, site: int, where: Standing) -> Standing:
    """Where a call site stands: without the loops in which it reads on in a stream that was opened outside of them."""
    if callee.rpartition(".")[2] not in PIECES or not where.loops or not is_method(callee):
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
