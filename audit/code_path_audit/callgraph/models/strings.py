"""Models: methods of constant strings whose result is constant too: split, rpartition, lower, strip, replace.

`"shop.Cart".rsplit(".", 1)` names a module and a class: what is imported and looked up by a text in the settings is
then found like any other. Texts of up to `MAX_TEXT` characters in up to `MAX_PARTS` parts; of what is longer or not
constant only the type is known.
"""

from __future__ import annotations

from code_path_audit.callgraph.functions.arguments import keyword
from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.solver.abstract_values import INT, LISTED_UPPER, STR, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Call, Model, State

MAX_TEXT = 200
MAX_PARTS = 12

Constant = str | int


def constant_method(name: str) -> Model:
    """A method of str, called on a constant with constant arguments."""

    def model(s: State, call: Call, value: Value) -> bool:
        if s.kinds[value] == XMETHOD and name == "upper" and s.kinds[s.rows[value].receiver] == XINST:
            # where it names something it is a name in capitals
            s.add(call.dst, s.of(XINST, "builtins.str", ((s.of(*LISTED_UPPER),),), 0))
            return True
        if s.kinds[value] != XMETHOD or s.kinds[s.rows[value].receiver] != STR:
            return False
        receiver = s.rows[value].receiver
        args = plain(call)
        limit = keyword(call, "maxsplit")
        wanted = [*args, limit] if limit is not None else args
        if (
            s.kinds[receiver] != STR
            or len(s.rows[receiver].text) > MAX_TEXT
            or len(wanted) != len(call.pos) + len(call.kw)
        ):
            return False
        step(s, (name, call, receiver, tuple(wanted), ()))
        return True

    return model


def step(s: State, data: tuple[str, Call, Value, tuple[Var, ...], tuple[Constant, ...]]) -> None:
    """One argument after the other, each with all of its values."""
    name, call, receiver, wanted, known = data
    if len(known) < len(wanted):
        s.watch(wanted[len(known)], on_argument, data)
        return
    try:
        found = getattr(str(s.rows[receiver].text), name)(*known)
    except (TypeError, ValueError):
        return
    if isinstance(found, str):
        s.add(call.dst, s.of(STR, found) if len(found) <= MAX_TEXT else s.instance("builtins.str"))
        return
    kind = "list" if isinstance(found, list) else "tuple"
    box = s.box(kind, (*call.site, receiver, known))
    for index, part in enumerate(found[:MAX_PARTS]):
        var = s.variable()
        s.add(var, s.of(STR, part))
        containers.put(s, box, s.of(INT, index) if len(found) <= MAX_PARTS else None, var)
    s.add(call.dst, box)


def on_argument(s: State, data: tuple[str, Call, Value, tuple[Var, ...], tuple[Constant, ...]], value: Value) -> None:
    """One value of an argument: of what is not constant, only the type of the result is known."""
    name, call, receiver, wanted, known = data
    kind = s.kinds[value]
    if kind in (STR, INT):
        constant: Constant = s.rows[value].text if kind == STR else s.rows[value].number
        step(s, (name, call, receiver, wanted, (*known, constant)))
    elif name in SPLITS:
        dotted = "builtins.tuple" if "partition" in name else "builtins.list"
        s.add(call.dst, s.instance(dotted, (s.instance("builtins.str"),)))
    else:
        s.add(call.dst, s.instance("builtins.str"))


SPLITS = ("split", "rsplit", "partition", "rpartition")
SAME = ("lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "replace", "removeprefix", "removesuffix")

TEXT_MODELS: dict[str, Model] = {f"builtins.str.{name}": constant_method(name) for name in (*SPLITS, *SAME)}
