"""What counting reads: one action's calls, each with the loops, the branches and the caches around it, as plain values.

It knows nothing of source, facts or the call graph: `calls` makes it of those, and tests make it by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from code_path_audit.profiles.runs.terms import LoopName, Runs

SEPARATOR = "\0"
"""Stands in a function's name before what it is given, where it is counted apart by that."""


def function_of(name: str) -> str:
    """The function that a name of a plan stands for, whatever it is given."""
    return name.partition(SEPARATOR)[0]


Place = tuple[str, int]
"""A loop of the source: its function, and its number in there."""


class Around(NamedTuple):
    """A loop around a call: where it is, and either how often it runs (`name` is None) or what it is named."""

    place: Place
    count: int  # type: ignore[assignment]  # never asked for tuple.count
    name: LoopName | None


class Call(NamedTuple):
    """A call of a function of the source by another.

    `loops` are those of the caller around it, outermost first. `arm`: the branch of the caller that it stands in, -1
    for none. `certain`: no other callee fits. `rare`: in an exception handler, on the way to a raise, behind a debug
    guard. `kept`: how often it runs in the whole action, whatever is around, because its result is kept; then `loops`
    are only those between it and what keeps it. None where nothing keeps it. `held`: what is called, where
    that is code outside that holds the callee and may call it here or elsewhere: of all that may, the dearest counts.
    """

    caller: str
    callee: str
    loops: tuple[Around, ...] = ()
    arm: int = -1
    certain: bool = True
    rare: bool = False
    kept: Runs | None = None
    held: str = ""


class Arm(NamedTuple):
    """A branch of a function: the branch around it (-1: none), and the number of the statement or call whose
    alternatives it belongs to. Of the arms of one number at most one is taken."""

    parent: int
    choice: int


class Plan(NamedTuple):
    """All that counting needs. `entries` run once each, and so do the functions in `kept` as often as it says, however
    often they are called. `arms` are those of each function, a parent before what is in it."""

    entries: tuple[str, ...]
    calls: tuple[Call, ...]
    arms: Mapping[str, tuple[Arm, ...]] = {}
    kept: Mapping[str, Runs] = {}


T = TypeVar("T")


def dearest(
    arms: Sequence[tuple[int, int]],
    found: Mapping[int, T],
    nothing: T,
    add: Callable[[T, T], T],
    most: Callable[[T, T], T],
) -> T:
    """What is found in the arms of one function, each (parent, choice), from the innermost out: the sum, where of the
    alternatives of a branch the dearer one counts. `nothing` is what is in an arm that has none."""
    total = nothing
    choices: dict[int, dict[int, T]] = {}
    # an arm comes before what is in it: from the last to the first, each is complete when it is its turn
    for index in sorted(with_those_around(arms, found), reverse=True):
        value = found.get(index, nothing)
        for made in choices.pop(index, {}).values():
            value = add(value, made)
        parent, choice = arms[index]
        siblings = choices.setdefault(parent, {})
        siblings[choice] = most(siblings.get(choice, nothing), value)
    for made in choices.get(-1, {}).values():
        total = add(total, made)
    return total


def with_those_around(arms: Sequence[tuple[int, int]], some: Iterable[int]) -> set[int]:
    """Some arms of a function, and the arms around them."""
    found: set[int] = set()
    for index in some:
        while index >= 0 and index not in found:
            found.add(index)
            index = arms[index][0]
    return found
