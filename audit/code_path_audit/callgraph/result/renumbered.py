"""A graph in which call sites have other numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from code_path_audit.callgraph.model import SolvedGraph

R = TypeVar("R", bound=tuple[Any, ...])
V = TypeVar("V")

Places = Mapping[str, Mapping[int, int]]
"""By function the numbers that call sites have now, by those that they had."""


def renumbered(graph: SolvedGraph, places: Places) -> SolvedGraph:
    """The graph with the numbers that call sites have now, for each function in `places`: what stands at call sites of
    these functions that have none is left out. `filled` is found of the result."""
    return graph._replace(
        edges=_rows(graph.edges, places),
        guesses=_rows(graph.guesses, places),
        externals=_rows(graph.externals, places),
        unresolved=_rows(graph.unresolved, places),
        arguments=_keys(graph.arguments, places),
        receivers=_keys(graph.receivers, places),
        fetched={
            key: tuple(
                row._replace(site=site)
                for row in several
                if (site := _place(places, row.function, row.site)) is not None
            )
            for key, several in _keys(graph.fetched, places).items()
        },
        rows_of={
            key: tuple(sorted((name, at) for name, was in several if (at := _place(places, name, was)) is not None))
            for key, several in _keys(graph.rows_of, places).items()
        },
        alternatives=frozenset(_moved(graph.alternatives, places)),
        contexts=_keys(graph.contexts, places),
        certain_in_context=frozenset(_moved(graph.certain_in_context, places)),
    )


def _place(places: Places, function: str, site: int) -> int | None:
    known = places.get(function)
    return site if known is None or site < 0 else known.get(site)


def _rows(rows: tuple[R, ...], places: Places) -> tuple[R, ...]:
    return tuple(sorted(_moved(rows, places)))


def _moved(rows: Iterable[R], places: Places) -> Iterable[R]:
    """Rows that begin with a function and a call site."""
    for row in rows:
        site = _place(places, row[0], row[1])
        if site == row[1]:
            yield row
        elif site is not None:
            make: Callable[[tuple[Any, ...]], R] = getattr(type(row), "_make", type(row))
            yield make((row[0], site, *row[2:]))


def _keys(table: Mapping[R, V], places: Places) -> dict[R, V]:
    """A table by such rows."""
    moved = ((next(iter(_moved([key], places)), None), value) for key, value in table.items())
    return dict(sorted(((key, value) for key, value in moved if key is not None), key=lambda item: item[0]))
