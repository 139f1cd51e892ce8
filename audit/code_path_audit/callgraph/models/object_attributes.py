"""Models: object.__setattr__ and object.__getattribute__, as classes with hooks of these names go past their own.

`object.__setattr__(self, "_items", {})` and `super().__setattr__("_items", {})` store an attribute of the object and
run no `__setattr__` of its class. Inside of a method of the same name nothing is stored: what comes there by one name
for all attributes, the assignment that led there has stored already.
"""

from __future__ import annotations

from code_path_audit.callgraph.language import attributes
from code_path_audit.callgraph.models.arguments import plain, through_class
from code_path_audit.callgraph.solver.abstract_values import INST, STR
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, Read, State, Write
from code_path_audit.facts.texts import field_name


def stored(s: State, call: Call, value: Value) -> bool:
    """object.__setattr__(x, name, value)"""
    args, receiver = plain(call), s.rows[value].receiver
    if len(args) == 2 and s.kinds[receiver] == INST and not is_hook(s, call, "__setattr__"):
        s.watch(args[0], on_stored, (call, receiver, args[1]))
    return False


@sees(STR)
def on_stored(s: State, data: tuple[Call, Value, Var], value: Value) -> None:
    """One name; of any other nothing is stored."""
    call, receiver, source = data
    attributes.store(s, Write(field_name(s.rows[value].text), source, call.site), receiver)


def read(s: State, call: Call, value: Value) -> bool:
    """object.__getattribute__(x, name)"""
    args, receiver = plain(call), s.rows[value].receiver
    if len(args) == 1 and s.kinds[receiver] == INST and not is_hook(s, call, "__getattribute__"):
        s.watch(args[0], on_read, (call, receiver))
    return False


@sees(STR)
def on_read(s: State, data: tuple[Call, Value], value: Value) -> None:
    """One name; any other gives nothing that is known."""
    call, receiver = data
    attributes.read_instance(s, Read(call.dst, field_name(s.rows[value].text), call.site), receiver)


def is_hook(s: State, call: Call, name: str) -> bool:
    """Whether a call stands in a method of that name."""
    return s.facts[s.a_function[call.site.activation]].name.rpartition(".")[2] == name


OBJECT_MODELS: dict[str, Model] = {
    "builtins.object.__setattr__": through_class(stored),
    "builtins.object.__getattribute__": through_class(read),
}
