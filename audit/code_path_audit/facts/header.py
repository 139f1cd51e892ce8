"""What is known of a whole module without its bodies: names, imports, globals, strings, digests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import MAX_STRING, Header

DIGEST_BYTES = 12
"""96 bits: two functions of one program with the same digest by chance are not to be expected."""


def unique_names(functions: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """The names of functions, given as (name, index of the parent), within their module.

    A name that comes again is `name#2`, `name#3` ..., also inside longer names; the body of the module is "".
    """
    names: list[str] = []
    seen: dict[str, int] = {}
    for name, parent in functions:
        if parent < 0:
            names.append("")
            continue
        around = names[parent]
        last = name.rpartition(".")[2]
        full = f"{around}.{last}" if around else last
        count = seen[full] = seen.get(full, 0) + 1
        names.append(full if count == 1 else f"{full}#{count}")
    return tuple(names)


def header(names: tuple[str, ...], codes: Sequence[Sequence[Row]], imports: Iterable[str]) -> Header:
    """The header of a module from the code of the functions that are read, its body first, and what others import."""
    found = set(imports)
    bound: set[str] = set()
    for code in codes:
        for row in code:
            kind = row[0]
            if kind == op.STORE_GLOBAL:
                bound.add(row[1])
            elif kind == op.IMPORT:
                found.add(row[2])
            elif kind == op.IMPORT_FROM:
                found.add(row[2])
                found.add(f"{row[2]}.{row[3]}")
            elif kind == op.IMPORT_STAR:
                found.add(row[1])
    stars = {row[1] for row in (codes[0] if codes else ()) if row[0] == op.IMPORT_STAR}
    return Header(names, tuple(sorted(found)), tuple(sorted(bound)), tuple(sorted(stars)))


def header_of(functions: Sequence[FunctionFacts]) -> Header:
    """The header of a module all of whose functions are read."""
    names = unique_names((function.name, function.parent) for function in functions)
    return header(names, [function.code for function in functions], ())


def strings_in(codes: Iterable[Sequence[Row]]) -> Iterator[str]:
    """The string constants of at most `MAX_STRING` characters."""
    for code in codes:
        for row in code:
            if row[0] == op.STR and len(row[2]) <= MAX_STRING:
                yield row[2]


def strings_of(functions: Sequence[FunctionFacts]) -> tuple[str, ...]:
    """The same of functions that are all read, sorted."""
    return tuple(sorted(set(strings_in(function.code for function in functions))))


# digests

_dump = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode


def dump(value: Any) -> bytes:
    """Plain values as JSON: lone surrogates are legal in Python's literals. ValueError for what is no plain value."""
    try:
        return _dump(value).encode("utf-8", "surrogatepass")
    except (TypeError, RecursionError) as error:
        raise ValueError(f"not facts of a module: {error}") from None


def digest(about: bytes, content: bytes) -> str:
    """The digest of a function: of what stands in it, and of what is to be known of its module."""
    return blake2b(content, digest_size=DIGEST_BYTES, key=about).hexdigest()


def about(module: str, is_package: bool, hints: Iterable[tuple[int, str, int]]) -> bytes:
    """What the facts of a function depend on besides its own text, as the key of digests."""
    # hints speak of lines: with any, no line of the file may move
    return blake2b(dump([module, is_package, list(hints)]), digest_size=32).digest()


def groups_of(parents: Sequence[int], sources: Sequence[bytes | None]) -> dict[int, list[int]]:
    """The numbers of the functions that stand in the text of another, from that one on: for each of them that list."""
    groups: dict[int, list[int]] = {}
    for index, source in enumerate(sources):
        if source == b"":
            group = groups.setdefault(parents[index], [parents[index]])
            group.append(index)
            groups[index] = group
    return groups
