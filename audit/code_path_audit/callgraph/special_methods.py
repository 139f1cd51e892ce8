"""Special methods: called by the language and by builtins without a call being written."""

from __future__ import annotations

from code_path_audit.callgraph import classes
from code_path_audit.callgraph.functions import bind_and_call
from code_path_audit.callgraph.outside_calls import call_inherited
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import CLASS, INST


def special(s: State, value: int, name: str, call: Call) -> bool:
    """Call a special method of an object, if its class is of the source and has it."""
    if s.kinds[value] == CLASS:
        meta = s.metaclass.get(value)
        if meta is not None:
            s.watch(meta, on_metaclass_special, (value, name, call))
        return False
    if s.kinds[value] != INST:
        return False
    cls = s.rows[value][1]
    found = classes.find(s, cls, name)
    if found is None or found[0] != "own":
        return False
    s.answered.add((call.aid, call.site))
    s.watch(found[2], bind_and_call, (value, cls, call))
    return True


def on_metaclass_special(s: State, data: tuple[int, str, Call], value: int) -> None:
    """A special method of a class, from its metaclass."""
    cls, name, call = data
    if s.kinds[value] == CLASS:
        found = classes.find(s, value, name)
        if found is not None and found[0] == "own":
            s.watch(found[2], bind_and_call, (cls, value, call))


def inherited_call(s: State, value: int, name: str, call: Call) -> None:
    """A special method that a class of the source inherits from outside."""
    found = classes.find(s, s.rows[value][1], name)
    if found is not None and found[0] == "ext":
        call_inherited(s, call, found[1], name, value)
