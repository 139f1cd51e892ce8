"""Models: builtins that call special methods: len, str, bool, copy, ExitStack.enter_context."""

from __future__ import annotations

from code_path_audit.callgraph.model_arguments import plain
from code_path_audit.callgraph.operators import formatted, truth
from code_path_audit.callgraph.protocols import enter
from code_path_audit.callgraph.special_methods import special
from code_path_audit.callgraph.state import Call, Model, State


def copied(s: State, call: Call, value: int) -> bool:
    """copy.copy and copy.deepcopy: the same abstract value; __copy__ and __deepcopy__ are called."""
    method = "__deepcopy__" if "deepcopy" in s.rows[value][1] else "__copy__"
    for var in plain(call)[:1]:
        s.flow(var, call.dst)
        s.watch(var, on_special, (method, call))
    return True


def on_special(s: State, data: tuple[str, Call], value: int) -> None:
    """A special method that a builtin calls, back from outside."""
    name, call = data
    special(s, value, name, Call(call.aid, call.site, call.dst, (), (), "operator"))


def calls_special(*names: str) -> Model:
    """A builtin that calls the first special method of its argument that there is: len, hash, bool ..."""

    def model(s: State, call: Call, value: int) -> bool:
        for var in plain(call)[:1]:
            for name in names:
                s.watch(var, on_special, (name, Call(call.aid, call.site, 0, (), (), "operator")))
        return False

    return model


def text(method: str) -> Model:
    """str, repr, format, print: values are formatted."""

    def model(s: State, call: Call, value: int) -> bool:
        for var in plain(call):
            s.watch(var, formatted, (method, call.aid, call.site))
        return False

    return model


def boolean(s: State, call: Call, value: int) -> bool:
    """bool()"""
    for var in plain(call)[:1]:
        s.watch(var, truth, (call.aid, call.site))
    return False


def entered(s: State, call: Call, value: int) -> bool:
    """ExitStack.enter_context(cm), closing(x)"""
    for var in plain(call)[:1]:
        s.watch(var, enter, (call.dst, call.aid, call.site, "async" in s.rows[value][1]))
    return True


PROTOCOL_MODELS: dict[str, Model] = {
    "copy.copy": copied, "copy.deepcopy": copied, "builtins.len": calls_special("__len__"),
    "builtins.hash": calls_special("__hash__"), "builtins.abs": calls_special("__abs__"),
    "builtins.int": calls_special("__int__"), "builtins.float": calls_special("__float__"),
    "builtins.dir": calls_special("__dir__"), "os.fspath": calls_special("__fspath__"), "builtins.bool": boolean,
    "builtins.str": text("__str__"), "builtins.repr": text("__repr__"), "builtins.format": text("__format__"),
    "builtins.print": text("__str__"), "builtins.str.format": text("__format__"),
    "contextlib.ExitStack.enter_context": entered, "contextlib.AsyncExitStack.enter_async_context": entered,
    "contextlib.AsyncExitStack.enter_context": entered,
}  # fmt: skip
