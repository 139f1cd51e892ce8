"""Special methods: called by the language and by builtins without a call being written."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.heap.containers import all_field
from code_path_audit.callgraph.library.calls import call_inherited
from code_path_audit.callgraph.library.summaries import use, use_all
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, INST, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State


def special(s: State, value: Value, name: str, call: Call) -> bool:
    """Call a special method of an object, if its class is of the source and has it."""
    if s.kinds[value] in (INST, XINST) and s.frameworks.special(s, value, name, call):
        return True
    if s.kinds[value] == CLASS:
        meta = s.metaclass.get(value)
        if meta is not None:
            s.watch(meta, on_metaclass_special, (value, name, call))
        return False
    if s.kinds[value] != INST:
        return False
    cls = s.rows[value].cls
    found = classes.find(s, cls, name)
    if not isinstance(found, classes.Own):
        if is_ordered(s, cls, name):
            return by_total_ordering(s, value, name, call)
        if name in GENERATED and classes.is_record(s, cls):
            use(s, call.site, (on_record, name, call.kind, call.evidence), value)
        return False
    s.answer(call.site)
    s.watch(found.var, bind_and_call, (value, cls, call))
    return True


def has_special(s: State, value: Value, name: str) -> bool:
    """Whether an object of the source has a special method that is written, or that others stand for."""
    cls = s.rows[value].cls
    return isinstance(classes.find(s, cls, name), classes.Own) or is_ordered(s, cls, name)


def is_ordered(s: State, cls: Value, name: str) -> bool:
    """Whether a class has a comparison from functools.total_ordering."""
    return name in ORDERED and any("ordered" in s.tables[Hierarchy].traits.get(e, ()) for e in classes.order(s, cls))


ORDERED = {
    "__lt__": {"__le__": True, "__gt__": True, "__ge__": False},
    "__le__": {"__lt__": True, "__gt__": False, "__ge__": True},
    "__gt__": {"__lt__": True, "__le__": False, "__ge__": True},
    "__ge__": {"__lt__": False, "__le__": True, "__gt__": True},
}
"""functools.total_ordering: what a comparison calls that a class lacks, of those that it has, and whether that asks
__eq__, too: __lt__ by __gt__ asks both."""


def by_total_ordering(s: State, value: Value, name: str, call: Call) -> bool:
    """A comparison that functools.total_ordering adds to a class; it prefers __lt__, __le__, __gt__, __ge__."""
    cls = s.rows[value].cls
    for root in ORDERED:
        found = classes.find(s, cls, root)
        if root != name and isinstance(found, classes.Own):
            s.answer(call.site)
            s.watch(found.var, bind_and_call, (value, cls, call))
            equal = classes.find(s, cls, "__eq__")
            if ORDERED[root][name] and isinstance(equal, classes.Own):
                s.watch(equal.var, bind_and_call, (value, cls, call._replace(dst=NOWHERE)))
            return True
    return False


GENERATED = frozenset(("__eq__", "__ne__", "__hash__", "__repr__", "__lt__", "__le__", "__gt__", "__ge__"))
"""What a record has without a line written: each asks the fields in turn."""


@sees(INST)
def on_record(s: State, data: tuple[Site, str, str, Evidence], value: Value) -> None:
    """A record whose fields are asked: the same wherever that is, so it is found once (`summaries.py`)."""
    site, name, kind, evidence = data
    for field in sorted(classes.fields_of(s, s.rows[value].cls)[1]):
        use_all(s, site, (on_field, name, kind, evidence), s.field(value, field))


@sees(INST, BOX)
def on_field(s: State, data: tuple[Site, str, str, Evidence], value: Value) -> None:
    """One value of a field of a record."""
    site, name, kind, evidence = data
    if s.kinds[value] == INST:
        special(s, value, name, Call(site, NOWHERE, (), (), kind, evidence))
    elif s.kinds[value] == BOX:
        use_all(s, site, (on_field, name, kind, evidence), all_field(s, value))


@sees(CLASS)
def on_metaclass_special(s: State, data: tuple[Value, str, Call], value: Value) -> None:
    """A special method of a class, from its metaclass."""
    cls, name, call = data
    if s.kinds[value] == CLASS:
        found = classes.find(s, value, name)
        if isinstance(found, classes.Own):
            s.watch(found.var, bind_and_call, (cls, value, call))


def inherited_call(s: State, value: Value, name: str, call: Call) -> None:
    """A special method that a class of the source inherits from outside."""
    found = classes.find(s, s.rows[value].cls, name)
    if isinstance(found, classes.Outside):
        call_inherited(s, call, found.base, name, value)
