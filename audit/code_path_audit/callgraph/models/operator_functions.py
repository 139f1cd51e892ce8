"""Models: the functions of the module operator do what the operators do, wherever they are handed."""

from __future__ import annotations

from code_path_audit.callgraph.language import operators, subscripts
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.models.special_method_builtins import on_special
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import Call, Model, State

BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "matmul": "matmul", "truediv": "truediv", "floordiv": "floordiv",
    "mod": "mod", "pow": "pow", "lshift": "lshift", "rshift": "rshift", "and_": "and", "or_": "or", "xor": "xor",
    "concat": "add",
}  # fmt: skip
"""Functions of two operands, and the operator's name: operator.iadd and its like are made of them."""

UNARY = {"neg": "neg", "pos": "pos", "invert": "invert", "inv": "invert"}
COMPARISONS = ("lt", "le", "eq", "ne", "ge", "gt")


def binary(name: str) -> Model:
    """operator.add(a, b)"""

    def model(s: State, call: Call, value: Value) -> bool:
        args = plain(call)
        if len(args) == 2:
            s.watch(args[0], operators.binary, (call.dst, name, args[1], call.site))
            s.watch(args[1], operators.reflected, (call.dst, name, args[0], call.site))
        return len(args) == 2

    return model


def comparison(name: str) -> Model:
    """operator.lt(a, b)"""

    def model(s: State, call: Call, value: Value) -> bool:
        args = plain(call)
        if len(args) == 2:
            s.watch(args[0], operators.compare, (call.dst, name, args[1], call.site))
            s.watch(args[1], operators.reflected, (call.dst, name, args[0], call.site))
        return False

    return model


def unary(name: str) -> Model:
    """operator.neg(a)"""

    def model(s: State, call: Call, value: Value) -> bool:
        for var in plain(call)[:1]:
            s.watch(var, on_special, (f"__{name}__", call))
        return False

    return model


def contains(s: State, call: Call, value: Value) -> bool:
    """operator.contains(a, b)"""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[0], operators.compare, (call.dst, "contains", args[1], call.site))
    return False


def get_item(s: State, call: Call, value: Value) -> bool:
    """operator.getitem(a, b)"""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[0], subscripts.item, (call.dst, args[1], call.site))
    return True


def set_item(s: State, call: Call, value: Value) -> bool:
    """operator.setitem(a, b, c)"""
    args = plain(call)
    if len(args) == 3:
        s.watch(args[0], subscripts.store_item, (args[1], args[2], call.site))
    return True


def delete_item(s: State, call: Call, value: Value) -> bool:
    """operator.delitem(a, b)"""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[0], subscripts.delete_item, (args[1], call.site))
    return True


def truth(s: State, call: Call, value: Value) -> bool:
    """operator.truth(a), operator.not_(a)"""
    for var in plain(call)[:1]:
        s.watch(var, operators.truth, call.site)
    return False


OPERATOR_MODELS: dict[str, Model] = {
    **{f"operator.{function}": binary(name) for function, name in BINARY.items()},
    **{f"operator.i{function.rstrip('_')}": binary("i" + name) for function, name in BINARY.items()},
    **{f"operator.{name}": comparison(name) for name in COMPARISONS},
    **{f"operator.{function}": unary(name) for function, name in UNARY.items()},
    "operator.contains": contains, "operator.getitem": get_item, "operator.setitem": set_item,
    "operator.delitem": delete_item, "operator.truth": truth, "operator.not_": truth,
    "builtins.pow": binary("pow"),
}  # fmt: skip
