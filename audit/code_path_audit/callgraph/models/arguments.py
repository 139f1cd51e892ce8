"""What the models of library functions share: the arguments of a call, and the simplest models there are.

A model takes the state, the call and the value called, and says whether that is all there is to the call; else the
stubs are asked as well.
"""

from __future__ import annotations

import functools

from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.solver.abstract_values import EXT, XMETHOD
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Call, Model, State


class Iterated:
    """Arguments that library functions iterate."""

    def __init__(self) -> None:
        self.rows: list[tuple[Var, Call]] = []
        """Each with its call."""


def of_object(model: Model) -> Model:
    """A model of a method: of one that is read from its class (`Queue.put(queue, x)`) it says nothing."""

    @functools.wraps(model)
    def guarded(s: State, call: Call, value: Value) -> bool:
        return s.kinds[value] == XMETHOD and model(s, call, value)

    return guarded


def plain(call: Call) -> list[Var]:
    """The positional arguments up to the first unpacked one."""
    out = []
    for var, star in call.pos:
        if star:
            break
        out.append(var)
    return out


def through_class(model: Model) -> Model:
    """The model of a method, also where that is called through its class: `property.setter(x, f)`."""

    def either(s: State, call: Call, value: Value) -> bool:
        if s.kinds[value] == XMETHOD:
            return model(s, call, value)
        for var in plain(call)[:1]:
            s.watch(var, on_receiver, (call._replace(pos=call.pos[1:]), s.rows[value].dotted))
        return False

    return either


def on_receiver(s: State, data: tuple[Call, str], value: Value) -> None:
    """One object of which the method is called."""
    call, dotted = data
    s.models[dotted](s, call, s.of(XMETHOD, dotted, value))


def element(s: State, var: Var, call: Call) -> Var:
    """A variable with the elements of an argument."""
    item = s.variable()
    s.tables[Iterated].rows.append((var, call))
    containers.iterate(s, var, item, call.site, False)
    return item


def identity(s: State, call: Call, value: Value) -> bool:
    """Returns its first argument."""
    for var in plain(call)[:1]:
        s.flow(var, call.dst)
    return True


def marks(s: State, call: Call, value: Value) -> bool:
    """dataclass_transform(...), functools.wraps(f): a decorator that gives what it is given."""
    s.add(call.dst, s.of(EXT, "functools.update_wrapper"))
    return True


def declares(s: State, call: Call, value: Value) -> bool:
    """typing.overload: a declaration, which nobody calls; what runs is the function below."""
    return True


def second(s: State, call: Call, value: Value) -> bool:
    """typing.cast(T, x)"""
    for var in plain(call)[1:2]:
        s.flow(var, call.dst)
    return True


def answers(dotted: str) -> Model:
    """isinstance, callable, id ...: an instance of a builtin class, whatever the arguments."""

    def model(s: State, call: Call, value: Value) -> bool:
        s.add(call.dst, s.instance(dotted))
        return True

    return model


PLAIN_MODELS: dict[str, Model] = {
    "functools.update_wrapper": identity, "abc.abstractmethod": identity,
    "typing.final": identity, "typing.runtime_checkable": identity,
    "typing.no_type_check": identity, "typing.override": identity,
    "typing.assert_type": identity, "typing.NewType": second, "enum.unique": identity, "types.coroutine": identity,
    "typing.dataclass_transform": marks,
    "types.MappingProxyType": identity, "collections.ChainMap": identity,
    "typing.overload": declares,
    "builtins.callable": answers("builtins.bool"),
    "builtins.id": answers("builtins.int"),
}  # fmt: skip
