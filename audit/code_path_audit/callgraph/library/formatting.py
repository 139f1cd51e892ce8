"""What is shown as text: loggers, print, warnings and their like take the text of what they are given, and no more.

Which functions do so stands in the table of behaviours: `text` and `repr` show what they are given, a `message` has a
text in front that says how. `__str__`, `__format__` or `__repr__` runs, of the elements of a container `__repr__`;
nothing that is given is called or kept for later. What is handed over as a stream (`file=`) is a stream. Assumes that a
constant text without "r" behind "%" or "!" asks for no `__repr__`, and that a message is formatted whatever its level
(edges too many), but that it asks no database.
"""

from __future__ import annotations

import re

from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.library.summaries import use, use_all
from code_path_audit.callgraph.solver.abstract_values import BOX, INST, STR, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State

STREAMS = ("file", "stream", "handler")
"""Arguments that are no text."""

ORDER = {
    "__format__": ("__format__", "__str__", "__repr__"),
    "__str__": ("__str__", "__repr__"),
    "__repr__": ("__repr__",),
}
"""What is asked of an object, the first that there is."""

REPR = re.compile(r"%(?:\(\w*\))?[-+ #0-9.]*[ra]|![ra]")

FIELD = re.compile(r"\{[^{}!]*\}")
"""A field of a format that is shown as it is."""

MAX_DEPTH = 3
"""Containers within one another whose elements are looked at."""


BEHAVIOURS = ("text", "repr", "message")


def shown(s: State, call: Call, behaviour: str, receiver: Value | None) -> None:
    """A function shows its arguments as text."""
    methods: tuple[str, ...] = ("__repr__",) if behaviour == "repr" else ("__str__",)
    is_format = behaviour == "message" and receiver is not None and is_text(s, receiver)
    if behaviour == "message":
        first = [receiver] if receiver is not None and s.kinds[receiver] == STR else []
        found = first or [v for var, _ in call.pos[:2] for v in s.holds(var) if s.kinds[v] == STR]
        texts = [s.rows[v].text for v in found]
        if is_format or any("{" in text and "%" not in text for text in texts):
            methods = ("__format__",) if not texts or any(FIELD.search(text) for text in texts) else ()
        if not texts or any(REPR.search(text) for text in texts):
            methods = (*methods, "__repr__")
    for method in methods:
        show_all(s, call, method, behaviour != "message" or is_format)


def is_text(s: State, value: Value) -> bool:
    """Whether a value is a str, constant or not."""
    return s.kinds[value] == STR or (s.kinds[value] == XINST and s.rows[value].dotted == "builtins.str")


def show_all(s: State, call: Call, method: str, is_sure: bool = True) -> None:
    """The arguments of a call are shown, those of an unpacked one too; streams are not."""
    for var, star in call.pos:
        show(s, var, method, call.site, -1 if star else 0, is_sure)
    for name, var in call.kw:
        if name not in STREAMS:
            show(s, var, method, call.site, 0 if name is not None else -1, is_sure)


def show(s: State, var: Var, method: str, site: Site, depth: int = 0, is_sure: bool = True) -> None:
    """What a variable holds is shown at a place; of an unpacked container (depth -1) the elements are. `is_sure`: it
    is, whatever is set, so that what a framework does for a text is done."""
    use_all(s, site, (on_shown, method, depth), var)
    if is_sure and depth <= 0 and s.frameworks.has_mapped(s):
        s.watch(var, on_asked, (site, depth))


@sees(INST, XINST, BOX)
def on_asked(s: State, data: tuple[Site, int], value: Value) -> None:
    """The text of something that a framework may ask for."""
    site, depth = data
    if s.kinds[value] != BOX:
        s.frameworks.special(s, value, "__repr__", Call(site, NOWHERE, (), (), "operator"))
    elif depth < 0:
        s.watch(s.field(value, "*"), on_asked, (site, 0))


@sees(INST, BOX)
def on_shown(s: State, data: tuple[Site, str, int], value: Value) -> None:
    """One value; of a container, its elements."""
    site, method, depth = data
    if s.kinds[value] == INST:
        use(s, site, (on_text, method), value)
    elif depth < MAX_DEPTH:
        inner = method if depth < 0 else "__repr__"
        show(s, s.field(value, "*"), inner, site, depth + 1, False)
        if s.rows[value].box_kind == "dict":
            show(s, s.field(value, "keys"), inner, site, depth + 1, False)


def on_text(s: State, data: tuple[Site, str], value: Value) -> None:
    """The special method that gives the text of an object."""
    site, method = data
    cls = s.rows[value].cls
    classes.depends(s, cls, on_text, data, value)
    for name in ORDER[method]:
        found = classes.find(s, cls, name)
        if isinstance(found, classes.Own):
            s.answer(site)
            s.watch(found.var, bind_and_call, (value, cls, Call(site, NOWHERE, (), (), "operator")))
            return
    if classes.is_record(s, cls):
        for field in sorted(classes.fields_of(s, cls)[1]):
            show(s, s.field(value, field), "__repr__", site, 0, False)


def streams(call: Call) -> Call:
    """The call with what is no text alone."""
    return call._replace(pos=(), kw=tuple(row for row in call.kw if row[0] in STREAMS))
