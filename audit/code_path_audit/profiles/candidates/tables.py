"""The tables that candidates go by: exact names of functions of libraries, each with what may be said of it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).with_name("exact_names")


class Bulk(NamedTuple):
    """A function that takes one of something, and the one that takes many. `most`: how many at a time, 0 for any
    number. `literal`: its first argument has to be a constant that begins so; `query`: it has to be written so, with a
    comparison for equality; `root`: a name that has to be in what it is asked of; `asks`: its literal ends in a
    comparison of one column with a parameter; `same`: keywords whose values have to be the same of all; `inserts`: it
    has to be an INSERT, as SQLAlchemy writes it. `effort` and `assumes` as in a candidate."""

    name: str
    bulk: str
    most: int
    literal: tuple[str, ...]
    effort: str
    assumes: str
    query: tuple[str, ...]
    root: str
    asks: bool
    same: tuple[str, ...]
    inserts: bool


class Client(NamedTuple):
    """A function that makes a client or a connection: what it is called, what sharing one assumes, and whether it may
    last as long as the process. `reads`: only where it opens a file to read, and no other is written meanwhile."""

    name: str
    thing: str
    assumes: str
    lasts: bool
    reads: bool


class Parser(NamedTuple):
    """A function with a faster sibling: its name and package, what differs, and how many times faster it was measured.
    `unless`: texts of which none may be among the arguments as written. `known_size`: only where it is known how much
    there is to parse."""

    name: str
    sibling: str
    package: str
    differs: str
    factor: float
    unless: tuple[str, ...]
    effort: str
    known_size: bool


def rows(table: str) -> list[dict[str, Any]]:
    """The rows of a table, each with one name; those that say `of` what, with the methods of each of that."""
    found = tomllib.loads((FOLDER / f"{table}.toml").read_text(encoding="utf-8"))["row"]
    return [
        {**row, "name": f"{owner}.{name}" if owner else name}
        for row in found for owner in row.get("of", ("",)) for name in row["names"]
    ]  # fmt: skip


@cache
def bulks() -> dict[str, tuple[Bulk, ...]]:
    """Bulk forms by exact name."""
    found: dict[str, tuple[Bulk, ...]] = {}
    for row in rows("bulk"):
        one = Bulk(
            row["name"], row["bulk"], row.get("most", 0), tuple(row.get("literal", ())), row.get("effort", "medium"),
            row.get("assumes", ""), tuple(row.get("query", ())), row.get("root", ""), row.get("asks", False),
            tuple(row.get("same", ())), row.get("inserts", False),
        )  # fmt: skip
        found[one.name] = (*found.get(one.name, ()), one)
    return found


@cache
def clients() -> dict[str, Client]:
    """Makers of clients by exact name."""
    return {
        row["name"]: Client(row["name"], row["thing"], row["assumes"], row.get("lasts", False), row.get("reads", False))
        for row in rows("clients")
    }


@cache
def parsers() -> dict[str, Parser]:
    """Functions with a faster sibling by exact name."""
    return {
        row["name"]: Parser(
            row["name"], row["sibling"], row["package"], row["differs"], row["factor"], tuple(row.get("unless", ())),
            row.get("effort", "small"), row.get("known_size", False),
        )
        for row in rows("parsers")
    }  # fmt: skip
