"""Models: builtins that call special methods: len, str, bool, copy, ExitStack.enter_context."""

from __future__ import annotations

from code_path_audit.callgraph.functions.arguments import keyword
from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes, slices
from code_path_audit.callgraph.language.context_managers import enter
from code_path_audit.callgraph.language.operators import truth
from code_path_audit.callgraph.language.special_methods import special
from code_path_audit.callgraph.library.awaitables import awaitable
from code_path_audit.callgraph.library.calls import gives_its_type
from code_path_audit.callgraph.library.formatting import show_all, shown
from code_path_audit.callgraph.library.loaded_classes import tested
from code_path_audit.callgraph.library.templates import stored
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, GEN, INST, XINST, XMETHOD
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Iteration, Model, State


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
    """A builtin that calls the first special method of its argument that there is: len, hash, int ..."""

    def model(s: State, call: Call, value: Value) -> bool:
        for var in plain(call)[:1]:
            s.watch(var, on_first, (names, call.site))
        gives_its_type(s, call, value)
        return True

    return model


@sees(INST, CLASS, XINST)
def on_first(s: State, data: tuple[tuple[str, ...], Site], value: Value) -> None:
    """The first special method that one value has."""
    names, site = data
    any(special(s, value, name, Call(site, NOWHERE, (), (), "operator")) for name in names)


def as_bytes(s: State, call: Call, value: Value) -> bool:
    """bytes(x): by __bytes__, by a number, or by iterating."""
    for var in plain(call)[:1]:
        s.watch(var, on_bytes, call.site)
    gives_its_type(s, call, value)
    return True


@sees(INST, GEN)
def on_bytes(s: State, site: Site, value: Value) -> None:
    """One value that is made to bytes."""
    inner = Call(site, NOWHERE, (), (), "operator")
    if not special(s, value, "__bytes__", inner) and not special(s, value, "__index__", inner):
        s.on_iterate(s, Iteration(s.variable(), site, False), value)


def indexed(s: State, call: Call, value: Value) -> bool:
    """range(): each argument gives its number."""
    for var in plain(call):
        s.watch(var, on_first, (("__index__",), call.site))
    gives_its_type(s, call, value)
    return True


def part(s: State, call: Call, value: Value) -> bool:
    """slice(): a slice that keeps its bounds for what is subscripted with it, and asks nothing of them."""
    made = s.of(XINST, slices.SLICE, (), ("slice", *call.site))
    args = plain(call)
    for name, var in zip(("stop",) if len(args) == 1 else ("start", "stop", "step"), args, strict=False):
        s.flow(var, s.field(made, name))
    s.add(call.dst, made)
    return True


def checked(s: State, call: Call, value: Value) -> bool:
    """isinstance(x, C), issubclass(x, C): a metaclass may answer, or __subclasshook__ of the class."""
    name = "__instancecheck__" if "isinstance" in s.rows[value].dotted else "__subclasscheck__"
    for var in plain(call)[1:2]:
        s.watch(var, on_checked, (name, call.site))
        if name == "__subclasscheck__":
            tested(s, call.site, var)
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
    """str, repr, format: values are made to text."""

    def model(s: State, call: Call, value: Value) -> bool:
        show_all(s, call, method)
        gives_its_type(s, call, value)
        return True

    return model


def formatted(s: State, call: Call, value: Value) -> bool:
    """ "{} {!r}".format(x, y): the text says how."""
    shown(s, call, "message", s.rows[value].receiver if s.kinds[value] == XMETHOD else None)
    gives_its_type(s, call, value)
    return True


def boolean(s: State, call: Call, value: Value) -> bool:
    """bool()"""
    for var in plain(call)[:1]:
        s.watch(var, truth, call.site)
    return False


def entered(s: State, call: Call, value: Value) -> bool:
    """ExitStack.enter_context(cm); enter_async_context(cm) gives something to await."""
    is_async = s.rows[value].dotted.endswith("enter_async_context")
    dst = call.dst
    if is_async:
        made, dst = awaitable(s, call.site)
        s.add(call.dst, made)
    for var in plain(call)[:1]:
        s.watch(var, enter, (dst, call.site, is_async))
    return True


def closed(s: State, call: Call, value: Value) -> bool:
    """closing(x), aclosing(x): a `with` gives x itself, and calls its close() or aclose() in the end."""
    name = "aclose" if s.rows[value].dotted.endswith("aclosing") else "close"
    for var in plain(call)[:1]:
        s.flow(var, call.dst)
        s.watch(var, on_close, (name, call.site))
    return True


@sees(INST, XINST)
def on_close(s: State, data: tuple[str, Site], value: Value) -> None:
    """One object that is closed."""
    name, site = data
    special(s, value, name, Call(site, NOWHERE, (), (), "context"))


def printed(s: State, call: Call, value: Value) -> bool:
    """print(): texts are written to the file; if none is given, to what the source put in the place of sys.stdout."""
    show_all(s, call._replace(kw=()), "__str__")
    file, flush = keyword(call, "file"), keyword(call, "flush")
    for name, asked in (("write", True), ("flush", flush is not None)):
        if not asked:
            continue
        if file is not None:
            s.watch(file, on_stream, (name, Call(call.site, NOWHERE, (), (), "callback")))
        else:
            made = Call(call.site, NOWHERE, (), (), "callback", Evidence.LIKELY)
            s.watch(s.field(s.of(EXT, "sys"), "stdout"), on_stream, (name, made))
    return True


@sees(INST)
def on_stream(s: State, data: tuple[str, Call], value: Value) -> None:
    """One stream that is written to."""
    name, call = data
    argument = s.variable()
    s.add(argument, s.instance("builtins.str"))
    special(s, value, name, call._replace(pos=((argument, False),) if name == "write" else ()))


PROTOCOL_MODELS: dict[str, Model] = {
    "copy.copy": copied, "copy.deepcopy": copied, "builtins.len": calls_special("__len__"),
    "pickle.dumps": goes_inside, "pickle.dump": goes_inside, "dataclasses.asdict": goes_inside,
    "dataclasses.astuple": goes_inside,
    "builtins.hash": calls_special("__hash__"), "builtins.abs": calls_special("__abs__"),
    "builtins.int": calls_special("__int__", "__index__", "__trunc__"), "builtins.bool": boolean,
    "builtins.float": calls_special("__float__", "__index__"),
    "builtins.complex": calls_special("__complex__", "__float__", "__index__"),
    "math.floor": calls_special("__floor__", "__float__", "__index__"),
    "math.ceil": calls_special("__ceil__", "__float__", "__index__"), "math.trunc": calls_special("__trunc__"),
    "os.fspath": calls_special("__fspath__"), "builtins.divmod": calls_special("__divmod__"),
    "builtins.round": calls_special("__round__"),
    "builtins.bytes": as_bytes, "sys.getsizeof": calls_special("__sizeof__"),
    "operator.index": calls_special("__index__"), "builtins.range": indexed,
    "builtins.slice": part, "builtins.isinstance": checked, "builtins.issubclass": checked,
    "builtins.str": text("__str__"), "builtins.repr": text("__repr__"), "builtins.format": text("__format__"),
    "builtins.print": printed, "builtins.str.format": formatted,
    "contextlib.ExitStack.enter_context": entered, "contextlib.AsyncExitStack.enter_async_context": entered,
    "contextlib.AsyncExitStack.enter_context": entered, "contextlib.closing": closed, "contextlib.aclosing": closed,
}  # fmt: skip
