"""Templates: code that is no Python source reads what it is given.

A template that is rendered with an object reads its properties, iterates it, shows it as text, and does the same with
what these give: attributes, elements, results, `MAX_DEPTH` steps far. Which calls render stands in the tables
(`behaviours`). Assumes that any property may be read; wrong (edges too many) for those that no template asks for, and
(too few) for methods of objects that are not handed over themselves.
"""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.library.escapes import protocols_called
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, INST, PROPERTY
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts import opcodes as op

MAX_DEPTH = 3
"""Steps from what a template is given to what it reads."""

MAX_OBJECTS = 60
"""Objects that one rendering looks at; what comes after them is not read, and the result says so."""


class Renderings:
    """What templates read."""

    def __init__(self) -> None:
        self.counts: dict[Site, int] = {}
        """How many objects a rendering looked at."""
        self.done: set[tuple[Site, Value]] = set()
        """Which."""
        self.stored: dict[Value, tuple[str, ...]] = {}
        """The public attributes of the objects of a class."""


def rendered(s: State, call: Call) -> None:
    """A call that renders: all of its arguments."""
    for var in (*(v for v, _ in call.pos), *(v for _, v in call.kw)):
        s.watch(var, on_given, (call.site, 0))


@sees(BOX, INST)
def on_given(s: State, data: tuple[Site, int], value: Value) -> None:
    """One value that a template may read."""
    renderings = s.tables[Renderings]
    site, depth = data
    if s.kinds[value] == BOX and depth <= MAX_DEPTH:
        s.watch(s.field(value, "*"), on_given, data)
    if s.kinds[value] != INST or (site, value) in renderings.done:
        return
    count = renderings.counts.get(site, 0)
    if count >= MAX_OBJECTS:
        s.widened["objects that a template may read"] = None
        return
    renderings.counts[site] = count + 1
    renderings.done.add((site, value))
    protocols_called(s, value, site)
    cls = s.rows[value].cls
    deeper = (site, depth + 1)
    for entry in classes.order(s, cls):
        if s.kinds[entry] == CLASS:
            for name in sorted(s.own[entry]):
                if not name.startswith("_"):
                    s.watch(s.field(entry, name), on_member, (value, cls, deeper))
    if (box := classes.box_of(s, value)) is not None:
        on_given(s, deeper, box)
    if depth < MAX_DEPTH:
        for name in stored(s, cls):
            s.watch(s.field(value, name), on_given, deeper)
    found = classes.find(s, cls, "__getattr__")
    if isinstance(found, classes.Own):
        s.watch(found.var, bind_and_call, (value, cls, Call(site, NOWHERE, (), (), "callback", Evidence.LIKELY)))


@sees(PROPERTY, INST)
def on_member(s: State, data: tuple[Value, Value, tuple[Site, int]], value: Value) -> None:
    """A public name of the class of an object: properties and descriptors run."""
    instance, cls, deeper = data
    site, depth = deeper
    out = s.variable()
    call = Call(site, out, (), (), "callback", Evidence.LIKELY)
    if s.kinds[value] == PROPERTY:
        s.watch(s.field(value, "fget"), bind_and_call, (instance, cls, call))
    elif s.kinds[value] == INST:
        found = classes.find(s, s.rows[value].cls, "__get__")
        if not isinstance(found, classes.Own):
            return
        s.watch(found.var, bind_and_call, (value, s.rows[value].cls, call))
    else:
        return
    if depth <= MAX_DEPTH:
        s.watch(out, on_given, deeper)


def stored(s: State, cls: Value) -> tuple[str, ...]:
    """The attributes that the methods of a class store in `self`, and the fields of its records, sorted."""
    renderings = s.tables[Renderings]
    known = renderings.stored.get(cls)
    if known is not None:
        return known
    names: set[str] = set()
    for entry in classes.order(s, cls):
        if s.kinds[entry] != CLASS:
            continue
        for facts in s.inner(s.rows[entry].function):
            names.update(row[2] for row in facts.code if row[0] == op.STORE_ATTR and not row[2].startswith("_"))
    if classes.is_record(s, cls):
        names.update(n for n in classes.fields_of(s, cls)[1] if not n.startswith("_"))
    found = renderings.stored[cls] = tuple(sorted(names))
    return found
