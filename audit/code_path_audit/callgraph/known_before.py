"""What the graph of before says of functions that an edit changed: what runs at their call sites, and which of their
registers hold plain values alone, so that whoever looks at these now calls nothing of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.alignment import registers_of
from code_path_audit.callgraph.model import PLAIN, PLAIN_FROM
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.opcodes import Row

Plain = Mapping[int, tuple[str, ...]]
"""Registers of a function that hold plain values alone, each with their classes."""


class Known(NamedTuple):
    """Of the functions of a module, by their index in it: what alone `runs` at a call site, names outside of the
    source, none where anything of the source may, or something unknown; whether nothing at all does so (`is_idle`);
    and the `plain` registers."""

    runs: Callable[[int, int], frozenset[str]]
    is_idle: Callable[[int, int], bool]
    plain: Callable[[int], Plain]


NOTHING_KNOWN = Known(lambda index, place: frozenset(), lambda index, place: False, lambda index: {})
"""Where there is no graph."""


def plain_of(said: str) -> Plain:
    """The registers of which a graph says so (`SolvedGraph.plain`)."""
    masks = {number: ord(character) - PLAIN_FROM for number, character in enumerate(said)}
    return {
        number: tuple([name for bit, name in enumerate(PLAIN) if mask >> bit & 1])
        for number, mask in masks.items()
        if mask > 0
    }


def read_again(
    code: tuple[Row, ...], kept: Iterable[int], others: Iterable[int], plain: Plain, is_idle: Callable[[int], bool]
) -> dict[Row, tuple[str, ...]]:
    """Of some `others` of the instructions of a function those that read an attribute which one that is `kept` reads,
    too, of the same value, where that runs nothing and gives plain values; with the classes of these."""
    known: dict[tuple[int, str], tuple[str, ...]] = {}
    for place in kept:
        row = code[place]
        if row[0] == op.ATTR and row[1] in plain and is_idle(row[4]):
            known[row[2], row[3]] = plain[row[1]]
    found = (code[place] for place in others)
    return {row: known[row[2], row[3]] for row in found if row[0] == op.ATTR and row[2:4] in known}


def with_plain(rows: Iterable[Row], plain: Plain, again: Mapping[Row, tuple[str, ...]]) -> tuple[Row, ...]:
    """Instructions, with others that give them the plain values which they read; in place of those in `again`, too."""
    rows = tuple(rows)
    filled = {row[1]: names for row, names in again.items() if row in rows}
    read = {number for row in rows if row not in again for number in registers_of(row)}
    filled.update((number, plain[number]) for number in sorted(read) if number in plain)
    values = [(op.PRIM, number, name) for number, names in filled.items() for name in names]
    return (*[row for row in rows if row not in again], *values)
