"""Whether conditions ask for less than others, and whether a change of a file has any call stand on less. Pure."""

from __future__ import annotations

import ast
import re
from collections import Counter

from code_path_gate.causes.conditions import NOTHING, Condition, Standing, Together, Walk, walked


def follows(row: Condition, known: Together) -> bool:
    """Whether a condition holds wherever some others do: it is one of them, or asks for one of several where one of
    these is known; so do `kind in ("a", "b")` of `kind == "a"`, and `size > 3` of `size > 9`."""
    if row in known:
        return True
    if row.parts and not row.holds:
        # not all of it: one part does not hold, or not all of something that asks for less
        others = (other for other in known if other.parts and not other.holds)
        return any(follows(part.contrary, known) for part in row.parts) or any(
            all(follows(part, row.parts) for part in other.parts) for other in others
        )
    wider = _among(row)
    if wider is not None:
        return any(own[0] == wider[0] and own[1] <= wider[1] for own in map(_among, known) if own is not None)
    bound = _bound(row)
    return bound is not None and any(
        own[:2] == bound[:2] and (own[2] <= bound[2] if bound[1] else own[2] >= bound[2])
        for own in map(_bound, known)
        if own is not None
    )


def _among(row: Condition) -> tuple[str, frozenset[object]] | None:
    """What is one of which constants where a condition holds."""
    left, word, right = row.text.partition(" in ")
    if not word:
        left, word, right = row.text.partition(" == ")
    try:
        value = ast.literal_eval(right) if word and row.holds else None
        return None if value is None else (left, frozenset([value] if " == " in row.text else value))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _bound(row: Condition) -> tuple[str, bool, float] | None:
    """What is below a number where a condition holds, or above it."""
    match = re.fullmatch(r"(.+) ([<>]) (\d+(?:\.\d+)?)", row.text)
    return None if match is None else (match[1], (match[2] == "<") == row.holds, float(match[3]))


def is_another_case(row: Condition, known: Together) -> bool:
    """Whether a condition that follows from others asks for something besides that none of them asks for: one more
    name, or one more constant."""
    if row in known or _bound(row) is not None:
        return False
    return _among(row) is not None or not _atoms(row) <= frozenset().union(*map(_atoms, known))


def _atoms(row: Condition) -> frozenset[str]:
    """What a condition asks for, piece by piece."""
    return frozenset().union(*map(_atoms, row.parts)) if row.parts else frozenset([row.text])


def is_weaker(one: Standing, other: Standing) -> bool:
    """Whether a place stands on less than another: on what follows from that, and does not lead back to all of it."""
    held, known = one.conditions, other.conditions
    return all(follows(row, known) for row in one.guards) and not all(follows(row, held) for row in other.guards)


def loosened(before: bytes, now: bytes) -> bool:
    """Whether some call of a file, as it is written, stands on less than each of its like before, in a function of the
    same name, of those that do not stand as before; or a function or a decorator is gone that may have asked for
    something."""
    old, new = walked(before), walked(now)
    if any(decorators - new.decorators.get(owner, NOTHING) for owner, decorators in old.decorators.items()):
        return True
    calls, calls_now = _by_place(old), _by_place(new)
    for key in calls.keys() & calls_now.keys():
        rows = calls_now[key] - calls[key]
        if any(all(is_weaker(row, other) for other in calls[key] - calls_now[key]) for row in rows):
            return True
    return False


def _by_place(walk: Walk) -> dict[tuple[str, str], Counter[Standing]]:
    """What each call of a file stands on, by the function that it is in and what it calls, as written."""
    found: dict[tuple[str, str], Counter[Standing]] = {}
    for owner, callee, standing in walk.calls:
        found.setdefault((owner, callee), Counter())[standing] += 1
    return found
