"""Modules whose functions are watched: whoever asks for a body, or for the strings of all of them, is written down.

Bodies are read once for all who watch; that somebody else has read one before hides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar, overload

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.rows import Body, Header

V = TypeVar("V")

STRINGS = -1
"""In the place of the index of a function: no body, but the string constants of the module."""

Ask = Callable[[int], None]
"""Told the index of a function whose body is asked for, or `STRINGS`."""


class WatchedModule(ModuleFacts):
    """The same facts. What they say without any body may be asked for freely: `ModuleFacts.outline` tells it apart."""

    __slots__ = ("_ask", "_of")

    def __init__(self, of: ModuleFacts, ask: Ask) -> None:
        self._of, self._ask = of, ask
        self.module, self.is_package, self.exports, self.hints = of.module, of.is_package, of.exports, of.hints
        self.functions = _Each(len(of.functions), partial(_function, of, ask))
        self.sources = _Each(len(of.functions), partial(_source, of, ask))

    @property
    def header(self) -> Header:
        """What is known of the module without reading bodies."""
        return self._of.header

    @property
    def context(self) -> bytes:
        """What is in the digest of each function."""
        return self._of.context

    @property
    def strings(self) -> tuple[str, ...]:
        """The string constants; written down."""
        self._ask(STRINGS)
        return self._of.strings

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of all functions; written down as all bodies are."""
        return tuple([self.digest_of(index) for index in range(len(self.functions))])

    def digest_of(self, index: int, dumped: bytes | None = None) -> str:
        """The digest of a function; written down as its body is."""
        self._ask(index)
        return self._of.digest_of(index, dumped)


def _function(of: ModuleFacts, ask: Ask, index: int) -> FunctionFacts:
    known = of.functions[index]

    def read() -> Body:
        ask(index)
        _ = known.code  # read by the first who asks, and kept with the facts that are watched
        return known.body

    return FunctionFacts.late(
        known.name, known.kind, known.parent, known.is_async, known.line, known.end_line, read
    )  # fmt: skip


def _source(of: ModuleFacts, ask: Ask, index: int) -> bytes | None:
    ask(index)
    return of.sources[index]


class _Each(Sequence[V]):
    """Values by index, each made when it is first asked for."""

    __slots__ = ("_count", "_made", "_make")

    def __init__(self, count: int, make: Callable[[int], V]) -> None:
        self._count, self._make = count, make
        self._made: dict[int, V] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[V, ...]: ...
    def __getitem__(self, index: int | slice) -> V | tuple[V, ...]:
        if isinstance(index, slice):
            return tuple([self[place] for place in range(*index.indices(self._count))])
        if index not in self._made:
            place = range(self._count)[index]  # IndexError beyond the last
            made = self._made.get(place)
            self._made[index] = self._made[place] = self._make(place) if made is None else made
        return self._made[index]
