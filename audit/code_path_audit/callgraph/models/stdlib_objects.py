"""Models: standard library objects that hand on what they were given: context variables, loggers, json."""

from __future__ import annotations

from code_path_audit.callgraph.functions.arguments import keyword
from code_path_audit.callgraph.functions.invocation import bind_and_call, call_back_into
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.language.narrowing import narrow
from code_path_audit.callgraph.library.escapes import on_override
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.models.arguments import of_object, plain
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, INST, MODULE, STR, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, State

VARIABLE = "contextvars.ContextVar"
LOGGERS = "#logger class"


def context_variable(s: State, call: Call, value: Value) -> bool:
    """ContextVar("name", default=x): one variable for each place that makes one; it holds what is set."""
    made = s.of(XINST, VARIABLE, (), ("variable", *call.site))
    default = keyword(call, "default")
    if default is not None:
        s.flow(default, s.field(made, "value"))
    s.add(call.dst, made)
    return True


@of_object
def set_variable(s: State, call: Call, value: Value) -> bool:
    """variable.set(x)"""
    for var in plain(call)[:1]:
        s.flow(var, s.field(s.rows[value].receiver, "value"))
    return False


@of_object
def get_variable(s: State, call: Call, value: Value) -> bool:
    """variable.get(default)"""
    s.flow(s.field(s.rows[value].receiver, "value"), call.dst)
    for var in plain(call)[:1]:
        s.flow(var, call.dst)
    return True


def cast(s: State, call: Call, value: Value) -> bool:
    """typing.cast(T, x): x; an object of T where T is of the source and x may be one. Assumes that casts are true."""
    args = plain(call)
    if len(args) == 2:
        s.flow(args[1], call.dst)
        s.watch(args[0], on_cast, (args[1], call.dst, s.modules[s.a_function[call.site.activation]]))
    return True


def on_cast(s: State, data: tuple[Var, Var, str], value: Value) -> None:
    """The type of a cast: a class, or its name."""
    source, dst, module = data
    if s.kinds[value] == STR and s.rows[value].text.isidentifier():
        s.watch(s.field(s.of(MODULE, module), s.rows[value].text), on_cast, data)
    elif s.kinds[value] == CLASS:
        against = s.variable()
        s.add(against, value)
        s.watch_all(source, narrow, (dst, "is", against, source))


def set_logger_class(s: State, call: Call, value: Value) -> bool:
    """logging.setLoggerClass(C): loggers are objects of C. Assumes that it is set before any logger is made."""
    for var in plain(call)[:1]:
        s.flow(var, s.field(s.of(EXT, "logging"), LOGGERS))
    return False


def get_logger(s: State, call: Call, value: Value) -> bool:
    """logging.getLogger(): a logger, of the class that was set for them."""
    s.watch(s.field(s.of(EXT, "logging"), LOGGERS), on_logger_class, call)
    return False


def on_logger_class(s: State, call: Call, value: Value) -> None:
    """A class of the source for loggers."""
    if s.kinds[value] == CLASS:
        s.construct(s, Call(call.site, call.dst, (), (), "callback"), value)


def serialized(*methods: str) -> Model:
    """json.dumps(x): C code asks a subclass of dict for its items. Elements of elements are not looked at."""

    def model(s: State, call: Call, value: Value) -> bool:
        named = keyword(call, "obj")
        for var in (*plain(call)[:1], *(() if named is None else (named,))):
            s.watch(var, on_serialized, (methods, call))
            encoded(s, call, var)
        return False

    return model


MAX_INSIDE = 4
"""Containers within one another that are looked into."""


def encoded(s: State, call: Call, var: Var) -> None:
    """json.dumps(x, default=f, cls=C): f, or the method of C, gets the objects in x, and in what it returns itself."""
    default, encoder = keyword(call, "default"), keyword(call, "cls")
    if default is None and encoder is None:
        return
    objects, out = s.variable(), s.variable()
    for source in (var, out):
        s.watch(source, on_encoded, (objects, 0))
    if default is not None:
        s.watch(default, call_back_into, (call.site, (objects,), out))
    if encoder is not None:
        s.watch(encoder, on_encoder, Call(call.site, out, ((objects, False),), (), "callback", Evidence.LIKELY))


@sees(INST, BOX)
def on_encoded(s: State, data: tuple[Var, int], value: Value) -> None:
    """One value that is encoded: what JSON has no form for is handed over."""
    objects, depth = data
    if s.kinds[value] == INST and classes.box_of(s, value) is None:
        s.add(objects, value)
    elif s.kinds[value] == BOX:
        if s.rows[value].box_kind not in ("dict", "list", "tuple"):
            s.add(objects, value)
        elif depth < MAX_INSIDE:
            s.watch(containers.all_field(s, value), on_encoded, (objects, depth + 1))


@sees(CLASS)
def on_encoder(s: State, call: Call, value: Value) -> None:
    """A class of encoders: its `default` is called."""
    found = classes.find(s, value, "default")
    if s.kinds[value] == CLASS and isinstance(found, classes.Own):
        s.watch(found.var, bind_and_call, (s.of(INST, value, 0), value, call))


def parsed(s: State, call: Call, value: Value) -> bool:
    """json.loads(text, object_hook=f): what the hooks return is in the result, and may be all of it."""
    for name in ("object_hook", "object_pairs_hook"):
        hook = keyword(call, name)
        if hook is not None:
            given, out = s.variable(), s.variable()
            s.add(given, s.instance("builtins.dict" if name == "object_hook" else "builtins.list"))
            s.watch(hook, call_back_into, (call.site, (given,), out))
            s.flow(out, call.dst)
            box = s.box("list", ("parsed", *call.site))
            containers.all_field(s, box)
            s.open_boxes.add(box)
            s.flow(out, s.field(box, "?"))
            s.add(call.dst, box)
    return False


def on_serialized(s: State, data: tuple[tuple[str, ...], Call], value: Value) -> None:
    """One object that is serialized."""
    if s.kinds[value] == INST:
        inner = Call(data[1].site, NOWHERE, (), (), "callback")
        for name in data[0]:
            call_member(s, value, name, inner)


def call_member(s: State, value: Value, name: str, call: Call) -> None:
    """C code calls a method of an object, where its class has it."""
    found = classes.find(s, s.rows[value].cls, name)
    if isinstance(found, classes.Own):
        s.watch(found.var, on_override, (value, s.rows[value].cls, call))


LIBRARY_MODELS: dict[str, Model] = {
    VARIABLE: context_variable, f"{VARIABLE}.set": set_variable, f"{VARIABLE}.get": get_variable, "typing.cast": cast,
    "logging.setLoggerClass": set_logger_class, "logging.getLogger": get_logger,
    "json.loads": parsed, "json.load": parsed, "json.dumps": serialized("items"), "json.dump": serialized("items"),
}  # fmt: skip
