"""Objects from outside that keep what they are given: what they hold, and which of them belong together.

An object from outside that may keep callables (a parser, an executor, a click group) is one value for each place that
made it. What came out of such an object shares what that holds: a subparser with its parser. Wrong for a library that
makes independent objects (a factory): what is given to one then seems to be called through another as well.
"""

from __future__ import annotations

from code_path_audit.callgraph.state import State
from code_path_audit.callgraph.values import CALLABLES, INST, XINST, XRES

MAX_PARENTS = 12
"""How far back an object from outside is traced to what it came from."""


def held(s: State, holder: int) -> int:
    """The variable of what an object from outside holds."""
    var = s.held.get(holder)
    if var is None:
        var = s.held[holder] = s.variable()
    return var


def keep(s: State, holder: int, value: int) -> None:
    """An object from outside holds a value, and so does what it came from, `MAX_PARENTS` steps back.

    Objects without a key (str, Path, datetime: see `holder_key`) keep nothing.
    """
    if s.kinds[holder] not in (XINST, XRES, INST) or (s.kinds[holder] == XINST and not s.rows[holder][3]):
        return
    current: int | None = holder
    for _ in range(MAX_PARENTS):
        if current is None or (current, value) in s.kept:
            return
        s.kept.add((current, value))
        s.add(held(s, current), value)
        current = s.parents.get(current)


def hold(s: State, holder: int, source: int) -> None:
    """An object from outside holds what a variable holds."""
    s.watch(source, on_hold, holder)


def on_hold(s: State, holder: int, value: int) -> None:
    """One value that an object from outside is given."""
    if s.kinds[value] in CALLABLES or s.kinds[value] == INST:
        keep(s, holder, value)


def on_keeper(s: State, value: int, keeper: int) -> None:
    """The result of the call keeps what was handed over."""
    if s.kinds[keeper] in (XINST, XRES):
        keep(s, keeper, value)


def belongs(s: State, value: int, parent: int) -> None:
    """What came out of an object from outside shares what that holds; the first such object counts."""
    if (
        s.kinds[value] in (XRES, XINST)
        and value != parent
        and s.kinds[parent] in (XRES, XINST)
        and (s.kinds[value] == XRES or s.rows[value][3])
    ):
        s.parents.setdefault(value, parent)


def on_descendant(s: State, parent: int, value: int) -> None:
    """What a method of an object returned belongs to that object."""
    belongs(s, value, parent)
    if s.kinds[value] == XRES and s.kinds[parent] == XRES:
        s.flow(content(s, parent), content(s, value))


def content(s: State, value: int) -> int:
    """The variable of what the callbacks that an external called gave it: it may hand them on."""
    return s.field(value, "()")
