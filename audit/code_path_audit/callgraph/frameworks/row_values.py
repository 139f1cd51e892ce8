"""Abstract values of object-relational mappers: rows, queries and managers, each with what was fetched.

They are objects of a class of the source, or of one outside, whose context is one of the keys below: so two querysets
of one class are two values where they fetch different things, and so are the rows that come out of them. `fetched` are
paths of relations from the row on, with the relations before each ("lines", "lines__product"); "*" among them covers
every relation: what was asked for is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from code_path_audit.callgraph.solver.abstract_values import CLASS, INST, XINST
from code_path_audit.callgraph.solver.ids import NO_CLASS, Function, Site, Value
from code_path_audit.callgraph.solver.state import State

Place = tuple[Function, int]
"""A call site, whatever the context: where a query was put together."""

LATER = "-"
"""Before the name of a column that was left out, of rows that have all others."""

ANYTHING = "*"
"""Among what was fetched: nothing can be said of what was not."""


class Row(NamedTuple):
    """The key of a row: the query that it came out of, and what that fetched.

    `each`: what it is one of, "" for one alone. `only` are the columns that were read, None for all, or with "-" before
    them those that were not; `made` is None for
    one that the program made itself, or whose query is not known.
    """

    made: Place | None
    each: str
    fetched: tuple[str, ...]
    only: tuple[str, ...] | None = None
    is_new: bool = False
    tag: Literal["row"] = "row"


class Query(NamedTuple):
    """The key of a query that is put together: `cls` is its class in the source, if it has one.

    `prefetch` are the paths that cost a query each where this one is evaluated. `shape` is what it gives: "rows",
    "values". `is_done`: its rows are there already.
    """

    model: Value
    cls: Value
    made: Place
    fetched: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    shape: str = "rows"
    is_done: bool = False
    tag: Literal["query"] = "query"


class Manager(NamedTuple):
    """The key of a manager: `cls` is the class in the source of the queries that it makes, if they have one.

    One of a relation whose rows were fetched has the query that they came out of in `done`; `fetched` is then from
    these rows on.
    """

    model: Value
    cls: Value = NO_CLASS
    done: Place | None = None
    fetched: tuple[str, ...] = ()
    tag: Literal["manager"] = "manager"


Key = Row | Query | Manager
KEYS = (Row, Query, Manager)

NEW = Row(None, "", (), None, True)
"""A row that the program made."""


def key_of(s: State, value: Value) -> Key | None:
    """The key of a row, a query or a manager; None for any other value."""
    kind = s.kinds[value]
    found: object = None
    if kind == INST:
        found = s.rows[value].context
    elif kind == XINST:
        found = s.rows[value].key
    return found if isinstance(found, KEYS) else None


def place(s: State, site: Site) -> Place:
    """A call site without its context."""
    return s.a_function[site.activation], site.place


def covers(fetched: Iterable[str], name: str) -> bool:
    """Whether a relation is among what was fetched."""
    return name in fetched or ANYTHING in fetched


def is_read(only: tuple[str, ...] | None, name: str) -> bool:
    """Whether a column was read with its row."""
    return not only or (f"{LATER}{name}" not in only if only[0].startswith(LATER) else name in only)


def left_out(only: tuple[str, ...] | None, names: Iterable[str]) -> tuple[str, ...] | None:
    """The columns that are read, without some of them."""
    if only is None or (only and only[0].startswith(LATER)):
        return tuple(sorted({*(only or ()), *(f"{LATER}{name}" for name in names)})) or None
    return tuple(name for name in only if name not in set(names))


def below(fetched: Iterable[str], name: str) -> tuple[str, ...]:
    """What was fetched, from the other end of a relation on."""
    head = f"{name}__"
    return tuple(path[len(head) :] if path.startswith(head) else path for path in fetched
                 if path == ANYTHING or path.startswith(head))  # fmt: skip


def with_paths(fetched: Iterable[str], paths: Iterable[str]) -> tuple[str, ...]:
    """What was fetched with further paths, each with the relations on its way, sorted."""
    found = set(fetched)
    for path in paths:
        parts = path.split("__")
        found.update("__".join(parts[:count]) for count in range(1, len(parts) + 1))
    return tuple(sorted(found))


def spelled(name: str) -> str:
    """The name of a class as one of a variable: OrderLine -> order_line."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def name_of(s: State, model: Value) -> str:
    """The name of a model's class."""
    if s.kinds[model] == CLASS:
        return s.names[s.rows[model].function].rpartition(".")[2].partition("#")[0]
    return s.rows[model].dotted.rpartition(".")[2]
