"""A solved graph as bytes, to be kept: texts once, and all else as columns of numbers, which opens in milliseconds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import islice, starmap
from typing import Any, TypeVar

from code_path_audit.callgraph.model import ArgumentValue, Bound, Edge, ExternalCall, Fetched, SolvedGraph, Unresolved

T = TypeVar("T")

_TEXTS = {
    Edge: (0, 2, 3, 4), ExternalCall: (0, 2, 3, 4), Unresolved: (0, 2, 3), ArgumentValue: (0, 2, 3), Bound: (1,),
    Fetched: (0, 1),
}  # fmt: skip
"""The fields of each kind of row that are texts, or None."""


class _Texts:
    """Each text once, by number; None is -1, which is the last one's number, too, and so stands at the end."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def rows(self, kind: type[tuple[Any, ...]], rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
        """Rows as columns."""
        columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
        for index in _TEXTS[kind] if columns else ():
            columns[index] = self.numbers(columns[index])
        return columns

    def keys(self, keys: Iterable[tuple[Any, ...]]) -> list[list[int]]:
        """Call sites or loops, perhaps with a callee, as columns."""
        function, number, *callee = [list(column) for column in zip(*keys, strict=True)] or [[], []]
        return [self.numbers(function), number, *map(self.numbers, callee)]

    def numbers(self, texts: Iterable[str | None]) -> list[int]:
        """Texts by number."""
        number = self.number
        return [-1 if text is None else number.setdefault(text, len(number)) for text in texts]


def pack(graph: SolvedGraph) -> bytes:
    """A graph as bytes."""
    texts = _Texts()
    each = [row for rows in graph.arguments.values() for row in rows]
    fetched = [row for rows in graph.fetched.values() for row in rows]
    parts = [
        texts.numbers(graph.roots), texts.numbers(graph.functions),
        texts.rows(Edge, graph.edges), texts.rows(Edge, graph.guesses), texts.rows(ExternalCall, graph.externals),
        texts.rows(Unresolved, graph.unresolved),
        texts.keys(graph.arguments), [len(rows) for rows in graph.arguments.values()], texts.rows(ArgumentValue, each),
        texts.keys(graph.receivers), texts.rows(ArgumentValue, graph.receivers.values()),
        texts.keys(graph.bounds), texts.rows(Bound, graph.bounds.values()),
        texts.numbers(graph.widened),
        texts.keys(graph.fetched), [len(rows) for rows in graph.fetched.values()], texts.rows(Fetched, fetched),
        texts.keys(graph.loop_names), texts.numbers(graph.loop_names.values()),
        graph.requests,
        texts.numbers(graph.plain), list(graph.plain.values()),
        texts.keys(graph.rows_of), [len(rows) for rows in graph.rows_of.values()],
        texts.keys(row for rows in graph.rows_of.values() for row in rows),
        texts.keys(sorted(graph.filled)),
        texts.numbers(graph.inner),
        texts.keys(sorted(graph.alternatives)),
        texts.rows(Edge, [(*key, "") for key in graph.contexts]), [len(pairs) for pairs in graph.contexts.values()],
        [list(pair) for pairs in graph.contexts.values() for pair in pairs],
        texts.rows(Edge, [(*key, "") for key in sorted(graph.certain_in_context)]),
        texts.numbers(graph.chosen),
    ]  # fmt: skip
    return json.dumps([list(texts.number), parts], separators=(",", ":")).encode()


def opened(data: bytes) -> SolvedGraph | None:
    """The graph that was packed; None for anything else."""
    try:
        texts, parts = json.loads(data)
        return _graph([*texts, None], *parts)
    except (TypeError, ValueError, IndexError, KeyError):
        return None


def _graph(
    texts: list[Any], roots: Any, functions: Any, edges: Any, guesses: Any, externals: Any, unresolved: Any,
    sites: Any, counts: Any, arguments: Any, received: Any, receivers: Any, loops: Any, bounds: Any, widened: Any,
    fetching: Any, fetch_counts: Any, fetched: Any, named_loops: Any, loop_names: Any,
    requests: Any, plain: Any, registers: Any, asking: Any, asked_counts: Any, asked: Any, filled: Any,
    inner: Any, alternatives: Any, led: Any, led_counts: Any, pairs: Any, sure: Any, chosen: Any,
) -> SolvedGraph:  # fmt: skip
    text = texts.__getitem__

    def named(numbers: Any) -> tuple[str, ...]:
        return tuple(map(text, numbers))

    def rows(kind: Callable[..., T], columns: Any) -> tuple[T, ...]:
        for index in _TEXTS[kind] if columns else ():  # type: ignore[index]
            columns[index] = map(text, columns[index])
        return tuple(starmap(kind, zip(*columns, strict=True)))

    def by_key(keys: Any, values: Iterable[T]) -> dict[Any, T]:
        function, number, *callee = keys
        columns = (map(text, function), number, *[map(text, column) for column in callee])
        return dict(zip(zip(*columns, strict=True), values, strict=True))

    def groups(counts: Any, kind: Callable[..., T], columns: Any) -> list[tuple[T, ...]]:
        return in_groups(counts, rows(kind, columns))

    def in_groups(counts: Any, members: Iterable[T]) -> list[tuple[T, ...]]:
        each = iter(members)
        found = [tuple(islice(each, count)) for count in counts]
        if sum(map(len, found)) != sum(counts) or next(each, None) is not None:
            raise ValueError("rows of no group")
        return found

    def places(columns: Any) -> Iterable[tuple[str, int]]:
        function, number = columns
        return zip(map(text, function), number, strict=True)

    return SolvedGraph(
        named(roots), named(functions), rows(Edge, edges), rows(Edge, guesses), rows(ExternalCall, externals),
        rows(Unresolved, unresolved),
        by_key(sites, groups(counts, ArgumentValue, arguments)),
        by_key(received, rows(ArgumentValue, receivers)),
        by_key(loops, rows(Bound, bounds)),
        named(widened),
        by_key(fetching, groups(fetch_counts, Fetched, fetched)),
        by_key(named_loops, named(loop_names)),
        bool(requests),
        dict(zip(named(plain), _texts_alone(registers), strict=True)),
        by_key(asking, in_groups(asked_counts, places(asked))),
        frozenset(places(filled)),
        named(inner),
        frozenset(places(alternatives)),
        dict(zip([row[:4] for row in rows(Edge, led)], in_groups(led_counts, map(_pair, pairs)), strict=True)),
        frozenset(row[:4] for row in rows(Edge, sure)),
        named(chosen),
    )  # fmt: skip


def _pair(numbers: Any) -> tuple[int, int]:
    caller, callee = numbers
    return int(caller), int(callee)


def _texts_alone(values: Any) -> list[str]:
    if any(type(value) is not str for value in values):
        raise ValueError("not texts")
    return list(values)
