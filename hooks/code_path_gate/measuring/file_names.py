"""Which files a program could name by its constants: the audit asks for the size of a file that is named so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

_SEPARATORS = re.compile(r"[\s,;:|]+")


def pieces_of(texts: Iterable[str]) -> frozenset[str]:
    """What the name of a file may be put together from: each constant, what a path ends in, and the parts of a list of
    names in one text. Without regard to case, since a constant text may be turned to lower or upper."""
    found: set[str] = set()
    for text in texts:
        plain = text.replace("\\", "/")
        for part in {plain, *_SEPARATORS.split(plain)}:
            folded = part.strip().casefold()
            found.add(folded)
            found.add(folded.rstrip("/").rpartition("/")[2])
    return frozenset(found - {""})


def cut_at(texts: Iterable[str], separators: Iterable[str]) -> frozenset[str]:
    """What is left of texts that are cut at separators, each where it occurs, and at the parts of a path; in small
    letters, as `pieces_of` has them."""
    marks: dict[int, set[str]] = {}
    for separator in {"/", *map(_folded, separators)} - {""}:
        marks.setdefault(len(separator), set()).add(separator)
    found: set[str] = set()
    for text in set(map(_folded, texts)):
        ends = {0, len(text)}
        for length, known in marks.items():
            for begin in range(len(text) - length + 1):
                if text[begin : begin + length] in known:
                    ends |= {begin, begin + length}
        found.update(text[begin:end] for begin, end in pairwise(sorted(ends)))
    return frozenset(found - {""})


def _folded(text: str) -> str:
    return text.replace("\\", "/").casefold()


def can_name(path: str, pieces: frozenset[str]) -> bool:
    """Whether the last part of a path is a piece, or some of them, one behind the other."""
    name = path.rpartition("/")[2].casefold()
    if name in pieces:
        return True
    longest = min(len(name), _longest(pieces))
    # from its end: most names end in nothing that the program says
    open_ends = [len(name)]
    seen = {len(name)}
    while open_ends:
        end = open_ends.pop()
        if end == 0:
            return True
        for begin in range(max(0, end - longest), end):
            if begin not in seen and name[begin:end] in pieces:
                seen.add(begin)
                open_ends.append(begin)
    return False


def can_name_all(path: str, pieces: frozenset[str]) -> bool:
    """The same of each part of a path: a file is asked for by its path from the project's root."""
    return all(can_name(part, pieces) for part in path.split("/"))


def beginnings(name: str, pieces: frozenset[str]) -> frozenset[int]:
    """How long the beginnings of a name are that are pieces, one behind the other; in small letters, as these are."""
    longest = _longest(pieces)
    found, front = {0}, [0]
    while front:
        begin = front.pop()
        for end in range(begin + 1, min(len(name), begin + longest) + 1):
            if end not in found and name[begin:end] in pieces:
                found.add(end)
                front.append(end)
    return frozenset(found - {0})


@lru_cache(maxsize=8)
def _longest(pieces: frozenset[str]) -> int:
    """The length of the longest of some pieces: of thousands, for each name that is asked for."""
    return max(map(len, pieces), default=0)
