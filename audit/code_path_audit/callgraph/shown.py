"""What is shown as text: loggers, print, warnings and their like take the text of what they are given, and no more.

Which functions do so stands in the table of behaviours: `text` and `repr` show what they are given, a `message` has a
text in front that says how. `__str__`, `__format__` or `__repr__` runs, of the elements of a container `__repr__`;
nothing that is given is called or kept for later. What is handed over as a stream (`file=`) is a stream. Assumes that a
constant text without "r" behind "%" or "!" asks for no `__repr__`, and that a message is formatted whatever its level
(edges too many).
"""

from __future__ import annotations

import re

from code_path_audit.callgraph import classes
from code_path_audit.callgraph.functions import bind_and_call
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import BOX, INST, STR

STREAMS = ("file", "stream", "handler")
"""Arguments that are no text."""

ORDER = {
    "__format__": ("__format__", "__str__", "__repr__"),
    "__str__": ("__str__", "__repr__"),
    "__repr__": ("__repr__",),
}
"""What is asked of an object, the first that there is."""

REPR = re.compile(r"%(?:\(\w*\))?[-+ #0-9.]*[ra]|![ra]")

MAX_DEPTH = 3
"""Containers within one another whose elements are looked at."""


BEHAVIOURS = ("text", "repr", "message")


def shown(s: State, call: Call, behaviour: str, receiver: int | None) -> None:
    """A function shows its arguments as text."""
    methods: tuple[str, ...] = ("__repr__",) if behaviour == "repr" else ("__format__",)
    if behaviour == "message":
        first = [receiver] if receiver is not None and s.kinds[receiver] == STR else []
        texts = first or [v for var, _ in call.pos[:2] for v in s.holds(var) if s.kinds[v] == STR]
        if not texts or any(REPR.search(s.rows[v][1]) for v in texts):
            methods = ("__format__", "__repr__")
    for var in (*(v for v, _ in call.pos), *(v for k, v in call.kw if k not in STREAMS)):
        for method in methods:
            s.watch(var, on_shown, (method, call.aid, call.site, 0))
    for var, star in call.pos:
        if star:
            s.watch(var, on_shown, (methods[0], call.aid, call.site, -1))


def on_shown(s: State, data: tuple[str, int, int, int], value: int) -> None:
    """One value; of a container, its elements (of an unpacked one in the place of arguments: depth -1)."""
    method, aid, site, depth = data
    kind = s.kinds[value]
    if kind == INST:
        as_text(s, value, method, Call(aid, site, 0, (), (), "operator"))
    elif kind == BOX and depth < MAX_DEPTH:
        inner = method if depth < 0 else "__repr__"
        s.watch(s.field(value, "*"), on_shown, (inner, aid, site, depth + 1))
        if s.rows[value][1] == "dict":
            s.watch(s.field(value, "keys"), on_shown, (inner, aid, site, depth + 1))


def as_text(s: State, value: int, method: str, call: Call) -> None:
    """The special method that gives the text of an object."""
    cls = s.rows[value][1]
    for name in ORDER[method]:
        found = classes.find(s, cls, name)
        if found is not None and found[0] == "own":
            s.answered.add((call.aid, call.site))
            s.watch(found[2], bind_and_call, (value, cls, call))
            return
    if classes.is_record(s, cls):
        for field in sorted(classes.fields_of(s, cls)[1]):
            s.watch(s.field(value, field), on_shown, ("__repr__", call.aid, call.site, 0))


def streams(call: Call) -> Call:
    """The call with what is no text alone."""
    return call._replace(pos=(), kw=tuple(row for row in call.kw if row[0] in STREAMS))
