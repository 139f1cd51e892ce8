"""Models: builtins that call special methods: len, str, bool, copy, ExitStack.enter_context."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.language.context_managers import enter
from code_path_audit.callgraph.language.operators import truth
from code_path_audit.callgraph.language.special_methods import special
from code_path_audit.callgraph.library.escapes import protocols_called
from code_path_audit.callgraph.library.formatting import show
from code_path_audit.callgraph.library.templates import stored
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, INST
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value
from code_path_audit.callgraph.solver.state import Call, Model, State


def copied(s: State, call: Call, value: Value) -> bool:
    """copy.copy and copy.deepcopy: the same abstract value; __copy__ and __deepcopy__ are called."""
    method = "__deepcopy__" if "deepcopy" in s.rows[value].dotted else "__copy__"
    for var in plain(call)[:1]:
        s.flow(var, call.dst)
        s.watch(var, on_special, (method, call))
        if method == "__deepcopy__":
            s.watch(var, on_inside, (COPYING, call.site, 0))
    return True


PICKLING = ("__reduce_ex__", "__reduce__", "__getstate__", "__setstate__", "__getnewargs__")
COPYING = ("__deepcopy__", *PICKLING)
"""What pickling or copying an object calls of it, and of what it holds."""

MAX_INSIDE = 4
"""Objects and containers within one another that are looked into."""


def goes_inside(s: State, call: Call, value: Value) -> bool:
    """pickle.dumps(x), dataclasses.asdict(x): x and all that it holds."""
    names = PICKLING if "pickle" in s.rows[value].dotted else COPYING
    for var in plain(call)[:1]:
        s.watch(var, on_inside, (names, call.site, 0))
    return False


def on_inside(s: State, data: tuple[tuple[str, ...], Site, int], value: Value) -> None:
    """One object that is copied, one container: what is in it is copied too."""
    names, site, depth = data
    deeper = (names, site, depth + 1)
    if s.kinds[value] == INST:
        call = Call(site, NOWHERE, (), (), "operator")
        copied = names == COPYING and special(s, value, "__deepcopy__", call)
        asked = [copied] if copied else [special(s, value, name, call) for name in PICKLING]
        if not any(asked) and depth < MAX_INSIDE:
            for field in stored(s, s.rows[value].cls):
                s.watch(s.field(value, field), on_inside, deeper)
    elif s.kinds[value] == BOX and depth < MAX_INSIDE:
        s.watch(s.field(value, "*"), on_inside, deeper)


def on_special(s: State, data: tuple[str, Call], value: Value) -> None:
    """A special method that a builtin calls, back from outside."""
    name, call = data
    special(s, value, name, Call(call.site, call.dst, (), (), "operator"))


def calls_special(*names: str) -> Model:
    """A builtin that calls the first special method of its argument that there is: len, hash, bool ..."""

    def model(s: State, call: Call, value: Value) -> bool:
        for var in plain(call)[:1]:
            for name in names:
                s.watch(var, on_special, (name, Call(call.site, NOWHERE, (), (), "operator")))
        return False

    return model


def indexed(s: State, call: Call, value: Value) -> bool:
    """range(), slice(): each argument gives its number."""
    for var in plain(call):
        s.watch(var, on_special, ("__index__", Call(call.site, NOWHERE, (), (), "operator")))
    return False


def checked(s: State, call: Call, value: Value) -> bool:
    """isinstance(x, C), issubclass(x, C): a metaclass may answer, or __subclasshook__ of the class."""
    name = "__instancecheck__" if "isinstance" in s.rows[value].dotted else "__subclasscheck__"
    for var in plain(call)[1:2]:
        s.watch(var, on_checked, (name, call.site))
    s.add(call.dst, s.instance("builtins.bool"))
    return True


def on_checked(s: State, data: tuple[str, Site], value: Value) -> None:
    """One class, or a tuple of them."""
    name, site = data
    if s.kinds[value] == CLASS:
        call = Call(site, NOWHERE, (), (), "operator")
        special(s, value, name, call)
        hook = classes.find(s, value, "__subclasshook__")
        if isinstance(hook, classes.Own):
            s.watch(hook.var, bind_and_call, (value, value, call))
    elif s.kinds[value] == BOX:
        s.watch(s.field(value, "*"), on_checked, data)


def text(method: str) -> Model:
    """str, repr, format, print: values are formatted."""

    def model(s: State, call: Call, value: Value) -> bool:
        for var in plain(call):
            show(s, var, method, call.site)
        return False

    return model


def boolean(s: State, call: Call, value: Value) -> bool:
    """bool()"""
    for var in plain(call)[:1]:
        s.watch(var, truth, call.site)
    return False


def entered(s: State, call: Call, value: Value) -> bool:
    """ExitStack.enter_context(cm), closing(x)"""
    for var in plain(call)[:1]:
        s.watch(var, enter, (call.dst, call.site, "async" in s.rows[value].dotted))
    return True


def printed(s: State, call: Call, value: Value) -> bool:
    """print(): to what the source put in the place of sys.stdout, if no file is given."""
    if not any(name == "file" for name, _ in call.kw):
        s.watch(s.field(s.of(EXT, "sys"), "stdout"), on_stdout, call.site)
    return False


def on_stdout(s: State, site: Site, value: Value) -> None:
    """One stream."""
    if s.kinds[value] == INST:
        protocols_called(s, value, site, unknown=False)


PROTOCOL_MODELS: dict[str, Model] = {
    "copy.copy": copied, "copy.deepcopy": copied, "builtins.len": calls_special("__len__"),
    "pickle.dumps": goes_inside, "pickle.dump": goes_inside, "dataclasses.asdict": goes_inside,
    "dataclasses.astuple": goes_inside,
    "builtins.hash": calls_special("__hash__"), "builtins.abs": calls_special("__abs__"),
    "builtins.int": calls_special("__int__"), "builtins.float": calls_special("__float__"),
    "os.fspath": calls_special("__fspath__"), "builtins.bool": boolean,
    "builtins.divmod": calls_special("__divmod__"), "builtins.pow": calls_special("__pow__"),
    "builtins.round": calls_special("__round__"), "builtins.bytes": calls_special("__bytes__", "__iter__"),
    "sys.getsizeof": calls_special("__sizeof__"), "builtins.complex": calls_special("__complex__", "__float__"),
    "math.floor": calls_special("__floor__"), "math.ceil": calls_special("__ceil__"),
    "math.trunc": calls_special("__trunc__"), "operator.index": calls_special("__index__"), "builtins.range": indexed,
    "builtins.slice": indexed, "builtins.isinstance": checked, "builtins.issubclass": checked,
    "builtins.str": text("__str__"), "builtins.repr": text("__repr__"), "builtins.format": text("__format__"),
    "builtins.print": printed, "builtins.str.format": text("__format__"),
    "contextlib.ExitStack.enter_context": entered, "contextlib.AsyncExitStack.enter_async_context": entered,
    "contextlib.AsyncExitStack.enter_context": entered,
}  # fmt: skip
