"""Exclude patterns: which paths the user does not want audited."""

from collections.abc import Iterable
from fnmatch import translate
from re import Pattern, compile
from typing import NamedTuple


class Exclude(NamedTuple):
    """One pattern, segment by segment; None stands for `**`, any number of folders."""

    segments: tuple[Pattern[str] | None, ...]


def parse_excludes(patterns: Iterable[str]) -> tuple[Exclude, ...]:
    """Patterns like those of .gitignore: `tests` at any depth, `src/old` from the project root, `*` within a name.

    Own matching, not one regular expression a pattern: that one can take exponential time on a hostile pattern.
    """
    parsed = []
    for pattern in patterns:
        parts = [part for part in pattern.split("/") if part not in ("", ".")]
        if "/" not in pattern.rstrip("/"):
            parts.insert(0, "**")
        # several of these one behind the other say the same as one
        parts = [part for index, part in enumerate(parts) if part != "**" or parts[index - 1 : index] != ["**"]]
        parsed.append(Exclude(tuple(None if part == "**" else compile(translate(part)) for part in parts)))
    return tuple(dict.fromkeys(parsed))


def excluded(path: str, excludes: tuple[Exclude, ...]) -> bool:
    """Whether a pattern matches this path, or a folder above it. `path` is relative to the project root, with "/"."""
    return any(_matches(exclude.segments, path.split("/")) for exclude in excludes)


def _matches(segments: tuple[Pattern[str] | None, ...], parts: list[str]) -> bool:
    """Follows all ways to match at once: `positions` holds how many segments each has used up."""
    positions = _skip_any({0}, segments)
    for part in parts:
        step = set()
        for position in positions:
            segment = segments[position]
            if segment is None:
                step.add(position)
                if position == len(segments) - 1:
                    return True
            elif segment.match(part):
                step.add(position + 1)
        positions = _skip_any(step, segments)
        if len(segments) in positions:
            return True
    return False


def _skip_any(positions: set[int], segments: tuple[Pattern[str] | None, ...]) -> set[int]:
    """`**` also matches no folder at all; but a pattern does not end by matching nothing."""
    closed = set(positions)
    for position in sorted(positions):
        while position < len(segments) - 1 and segments[position] is None:
            position += 1
            closed.add(position)
    return closed
