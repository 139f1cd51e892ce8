"""Where a value of a library's function comes from, and what the function does with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

Origin = tuple[Any, ...]
"""Where a value comes from, its kind first:

    ("param", function, index)     a parameter: the symbol that everything is about
    ("attr", origin, name)         an attribute of something
    ("item", origin)               something that it has in it, at any depth
    ("key", origin, name)          what a dict of keyword arguments has under a name
    ("holds", origin)              a container that has it in it
    ("called", origin)             what calling it gives
    ("function", fqname)           a function of the library; a closure keeps what it captures
    ("class", fqname), ("object", fqname), ("super", fqname of the method)
    ("module", name), ("global", module, name), ("builtin", name)
"""

STEPS = ("attr", "item", "holds", "called", "key")
"""Kinds of what is got from another value, which stands second."""
MAX_DEPTH = 3
"""Steps from a symbol to what is got from it."""

RESULT: Origin = ("result",)
"""What a function returns, where that keeps something."""


class Effect(NamedTuple):
    """Something that a function does with a value: it calls, keeps, asks a member of it, or calls what it keeps.

    `what` is "calls", "keeps", "fires", "asks", "self", or "hands" (over, to a method of which nothing is known);
    `on` the value, `of` what keeps it (for "keeps"), or (); `name` is the member, or the attribute that keeps it (""
    where there is none). `perhaps`: not each time that the function is called.
    """

    what: str
    on: Origin
    of: Origin = ()
    name: str = ""
    perhaps: bool = False


class Summary(NamedTuple):
    """What one function does, and what it returns: the origins of each value that a `return` gives. In the order in
    which it was found, so that nothing depends on hashing."""

    effects: tuple[Effect, ...] = ()
    returns: tuple[tuple[Origin, ...], ...] = ()


NOTHING = Summary()


class Origins(dict[Origin, None]):
    """A set of origins, in the order in which they came."""

    def put(self, origins: Iterable[Origin]) -> None:
        """Some more."""
        for origin in origins:
            self[origin] = None


def root(origin: Origin) -> Origin:
    """What a value is got from, step by step."""
    while origin and origin[0] in STEPS:
        origin = origin[1]
    return origin


def slot(origin: Origin) -> str:
    """The attribute of its root that a value is got by, "" for none."""
    name = ""
    while origin and origin[0] in STEPS:
        name = origin[2] if origin[0] == "attr" else ""
        origin = origin[1]
    return name


def depth(origin: Origin) -> int:
    """How many steps that are."""
    steps = 0
    while origin and origin[0] in STEPS:
        origin, steps = origin[1], steps + 1
    return steps


def derived(kind: str, origin: Origin, *rest: str) -> Iterator[Origin]:
    """What is got from a value, as far as it is followed; an element of what holds something is that."""
    if kind == "item" and origin[0] == "holds":
        yield origin[1]
    elif kind == "item" and origin[0] == "item":
        yield origin
    elif kind == "called" and origin[0] == "class":
        yield ("object", origin[1])
    elif depth(origin) < MAX_DEPTH and origin[0] != "builtin":
        yield (kind, origin, *rest)


def each(kind: str, origins: Iterable[Origin]) -> list[Origin]:
    """The same of several values."""
    return [one for origin in origins for one in derived(kind, origin)]


def replaced(origin: Origin, by: Origin) -> Origin | None:
    """A value with what it is got from replaced; None for one that is too far away then."""
    if origin[0] in STEPS:
        inner = replaced(origin[1], by)
        if inner is None:
            return None
        return next(derived(origin[0], inner, *origin[2:]), None)
    return by


def is_far(origin: Origin) -> bool:
    """Whether a value is further off from an argument than a row can say."""
    return origin[0] in STEPS and (origin[0] not in ("item", "key") or origin[1][0] in STEPS)


def unpacked(origin: Origin) -> Origin:
    """What a container that is kept has in it, where that is known."""
    while origin[0] == "holds":
        origin = origin[1]
    return origin
