"""What one source file says, as plain values: the only thing later stages know of the source.

Everything here is built of tuples, strings, integers, booleans and None, so that a module's facts can be stored and
reloaded without loss (`facts.codec`), and compared with `==`. Positions stand apart from the rest: an edit that only
moves lines changes `FunctionFacts.positions` and `FunctionFacts.line`, and nothing else.

Most functions of a program are never reached. So the body of one may be read late, when somebody first asks for it;
what it says does not depend on when that is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.header import about, digest, dump, groups_of, header_of, strings_of
from code_path_audit.facts.normalized_text import essence
from code_path_audit.facts.rows import Header


class ModuleFacts:
    """All that one file says. `functions[0]` is the module body. `path` is not in here: facts belong to the content.

    `hints` are the comments `# audit: bound=N` and `# audit: size=N`, as (line, "bound" or "size", N).
    `exports` is `__all__` where it is a literal, else None.
    """

    __slots__ = (
        "_context", "_digests", "_header", "_strings", "exports", "functions", "hints", "is_package", "module",
        "sources",
    )  # fmt: skip

    module: str
    is_package: bool
    functions: Sequence[FunctionFacts]
    exports: tuple[str, ...] | None
    hints: tuple[tuple[int, str, int], ...]
    sources: Sequence[bytes | None]
    """The text of each function whose body can be read from it: from the line of its `def` to its end; empty for one
    inside of such a function; else None."""

    def __init__(
        self,
        module: str,
        is_package: bool,
        functions: Sequence[FunctionFacts],
        exports: tuple[str, ...] | None,
        hints: tuple[tuple[int, str, int], ...],
        sources: Sequence[bytes | None] | None = None,
        header: Header | None = None,
        strings: Callable[[], tuple[str, ...]] | None = None,
        digests: Sequence[str | None] | None = None,
    ) -> None:
        self.module, self.is_package, self.functions, self.exports = module, is_package, functions, exports
        self.hints, self.sources = hints, sources if sources is not None else (None,) * len(functions)
        self._header, self._strings, self._digests = header, strings, digests or ()
        self._context = b""

    @property
    def header(self) -> Header:
        """What is known of the module without reading bodies."""
        if self._header is None:
            self._header = header_of(self.functions)
        return self._header

    @property
    def context(self) -> bytes:
        """What the digest of each function has in it besides its own text; there may be many of both."""
        if not self._context:
            self._context = about(self.module, self.is_package, self.hints)
        return self._context

    @property
    def strings(self) -> tuple[str, ...]:
        """The string constants of at most `MAX_STRING` characters, sorted.

        Of functions whose body may be read late there may be more of them than their code has.
        """
        if self._strings is None:
            found = strings_of(self.functions)
            self._strings = lambda: found
        return self._strings()

    def digest_of(self, index: int, dumped: bytes | None = None) -> str:
        """What tells the facts of one function from others, positions apart: same digest, same facts.

        Moving lines and changing comments leaves it alone, where no comment speaks of lines. The reverse does not hold:
        the digest of a function that is kept as text may change where its facts do not, as when a line is wrapped.
        `dumped` is its body without positions (`header.dump`), where somebody has written it down already.
        """
        return (self._digests[index] if self._digests else None) or digest_of(self, index, dumped)

    @property
    def digests(self) -> tuple[str, ...]:
        """Those of all functions."""
        return digests_of(self, self._digests)

    @property
    def outline(self) -> str:
        """What tells apart what the module says without any body: its header, the shape of its functions, `exports`,
        `hints`. Lines are no part of it, but those of the hints."""
        return outline_of(self)

    def _values(self) -> tuple[Any, ...]:
        return self.module, self.is_package, tuple(self.functions), self.exports, self.hints

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModuleFacts) and (self is other or self._values() == other._values())

    def __hash__(self) -> int:
        return hash((self.module, len(self.functions)))

    def __reduce__(self) -> tuple[Any, ...]:
        return ModuleFacts, self._values()

    def __repr__(self) -> str:
        return f"ModuleFacts({self.module!r}, {len(self.functions)} functions)"


def digest_of(
    facts: ModuleFacts, index: int, dumped: bytes | None = None, groups: dict[int, list[int]] | None = None
) -> str:
    """The digest of a function; `dumped` is its body without positions, where somebody has written it down already, and
    `groups` what `groups_of` says."""
    context, source = facts.context, facts.sources[index]
    if source is None:
        dumped = dumped or dump(facts.functions[index].body[:-1])
        return digest(context, dumped + dump(facts.functions[index].positions) if facts.hints else dumped)
    if groups is None:
        groups = groups_of([function.parent for function in facts.functions], facts.sources)
    group = groups.get(index, [index])
    text = facts.sources[group[0]] or b""
    # where lines count, that of a function which moves: the line of the hint may be one of its lines now
    text = b"%d %b" % (facts.functions[group[0]].line, text) if facts.hints else essence(text)
    # what stands in a text with others speaks of them by their numbers
    return digest(context, dump([index, group]) + text if len(group) > 1 else text)


def digests_of(facts: ModuleFacts, known: Sequence[str | None]) -> tuple[str, ...]:
    """The digests of all functions, of which some may be known."""
    known = known or (None,) * len(facts.functions)
    groups: dict[int, list[int]] = {}
    if b"" in facts.sources:
        groups = groups_of([function.parent for function in facts.functions], facts.sources)
    return tuple([one or digest_of(facts, index, None, groups) for index, one in enumerate(known)])


def outline_of(facts: ModuleFacts) -> str:
    """The digest of what a module says without any body."""
    shape = [(f.kind, f.parent, f.is_async) for f in facts.functions]
    content = dump([facts.header, shape, facts.exports])
    return digest(facts.context, content)
