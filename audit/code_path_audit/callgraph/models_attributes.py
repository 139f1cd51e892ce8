"""Models: attributes and names by text: getattr, setattr, vars, globals, operator.attrgetter."""

from __future__ import annotations

from code_path_audit.callgraph import attributes, classes, containers
from code_path_audit.callgraph.functions import apply_with
from code_path_audit.callgraph.model_arguments import place, plain
from code_path_audit.callgraph.modules import module_names
from code_path_audit.callgraph.outside import derived
from code_path_audit.callgraph.state import Call, Model, State
from code_path_audit.callgraph.values import (
    BOUND,
    CLASS,
    INST,
    MODULE,
    PARTIAL,
    PROPERTY,
    STR,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)

MAX_MODULE_FUNCTIONS = 64
"""A module with more public definitions than this is too large for any of them to be meant."""


def get_attribute(s: State, call: Call, value: int) -> bool:
    """getattr(x, name, default): a constant name is an attribute; a name with a constant prefix, all that match."""
    args = plain(call)
    if len(args) < 2:
        return True
    s.watch(args[1], on_attribute_name, (call, args[0]))
    s.if_empty.append((args[1], on_no_attribute_name, (call, args[0])))
    for var in args[2:3]:
        s.flow(var, call.dst)
    return True


def on_attribute_name(s: State, data: tuple[Call, int], value: int) -> None:
    """One name."""
    call, base = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.read, (call.dst, s.rows[value][1], call.aid, call.site))
    elif (prefix := constant_prefix(s, value)) is not None:
        s.watch(base, on_prefix, (call, prefix))
        s.watch(base, on_outside_attribute, call)
    else:
        on_no_attribute_name(s, data, value)


def constant_prefix(s: State, value: int) -> str | None:
    """The constant text that a str begins with, where that is known: a str keeps it as its type argument."""
    row = s.rows[value]
    if row[0] != XINST or row[1] != "builtins.str" or not row[2] or not row[2][0]:
        return None
    first = row[2][0][0]
    return str(s.rows[first][1]) if s.kinds[first] == STR else None


def on_no_attribute_name(s: State, data: tuple[Call, int], _: int) -> None:
    """A name that is not constant: unresolved, but for modules and for unknown externals.

    Of an object of the source only the properties are taken to be read: that runs code. No method is guessed, so calls
    of what the read gives are missed.
    """
    call, base = data
    s.unresolved(call.aid, call.site, "getattr")
    s.watch(base, on_module_attribute, call)
    s.watch(base, on_outside_attribute, call)
    s.watch(base, on_object_properties, call)
    s.if_empty.append((call.dst, on_nothing_got, call))


def on_object_properties(s: State, call: Call, value: int) -> None:
    """getattr(x, name): any property of x may be read. Wrong where the name can only be that of a plain field."""
    if s.kinds[value] != INST:
        return
    cls = s.rows[value][1]
    entries = [entry for entry in classes.order(s, cls) if s.kinds[entry] == CLASS]
    for name in sorted({name for entry in entries for name in s.own[entry]}):
        found = classes.find(s, cls, name)
        if found is not None and found[0] == "own":
            s.watch(found[2], on_property_read, (call, value))


def on_property_read(s: State, data: tuple[Call, int], value: int) -> None:
    """One class attribute, if it is a property."""
    call, base = data
    if s.kinds[value] == PROPERTY:
        read = Call(call.aid, call.site, call.dst, (), (), "property?")
        s.watch(s.field(value, "fget"), apply_with, (read, base))


def on_outside_attribute(s: State, call: Call, value: int) -> None:
    """An attribute of an unknown external stays an unknown external, whatever its name."""
    if s.kinds[value] == XRES:
        s.add(call.dst, derived(s, value, f"{s.rows[value][1]}.*"))
    elif s.kinds[value] == XMETHOD:
        s.add(call.dst, derived(s, s.rows[value][2], f"{s.rows[value][1]}.*"))


def on_nothing_got(s: State, call: Call, _: int) -> None:
    """Nothing is known of the result."""
    s.add(call.dst, s.of(UNKNOWN, ""))


def on_module_attribute(s: State, call: Call, value: int) -> None:
    """getattr(module, name): any public function or class that the module itself defines.

    Assumes a table of handlers or commands; wrong (edges too many) where only some of them can be named.
    """
    if s.kinds[value] != MODULE or s.rows[value][1] not in s.program.modules:
        return
    facts = s.program.modules[s.rows[value][1]]
    names = [f.name for f in facts.functions if f.parent == 0 and f.name[:1] not in ("_", "<")]
    if len(names) <= MAX_MODULE_FUNCTIONS:
        for name in names:
            attributes.read_module(s, (call.dst, name, call.aid, call.site), value)


def on_prefix(s: State, data: tuple[Call, str], value: int) -> None:
    """getattr(self, "visit_" + name): every method with the prefix, of two characters at least."""
    call, prefix = data
    if s.kinds[value] not in (INST, CLASS) or len(prefix) < 2:
        return
    cls = s.rows[value][1] if s.kinds[value] == INST else value
    names = {n for e in classes.order(s, cls) if s.kinds[e] == CLASS for n in s.own[e] if n.startswith(prefix)}
    found = s.variable()
    s.watch(found, on_guess, call.dst)
    for name in sorted(names):
        attributes.read(s, (found, name, call.aid, call.site), value)


def on_guess(s: State, dst: int, value: int) -> None:
    """What a prefix finds is a guess, and so is calling it."""
    s.add(dst, s.of(BOUND, *s.rows[value][1:3], "guessed") if s.kinds[value] == BOUND else value)


def has_attribute(s: State, call: Call, value: int) -> bool:
    """hasattr(x, name): the attribute is read."""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[1], on_asked_name, (call._replace(dst=s.variable()), args[0]))
    s.add(call.dst, s.instance("builtins.bool"))
    return True


def on_asked_name(s: State, data: tuple[Call, int], value: int) -> None:
    """One constant name; of any other nothing is read."""
    call, base = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.read, (call.dst, s.rows[value][1], call.aid, call.site))


def delete_attribute(s: State, call: Call, value: int) -> bool:
    """delattr(x, name)"""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[1], on_delete_name, (call, args[0]))
    return True


def on_delete_name(s: State, data: tuple[Call, int], value: int) -> None:
    """One name."""
    call, base = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.delete, (s.rows[value][1], call.aid, call.site))


def set_attribute(s: State, call: Call, value: int) -> bool:
    """setattr(x, name, value)"""
    args = plain(call)
    if len(args) == 3:
        s.watch(args[1], on_set_name, (call, args[0], args[2]))
        s.if_empty.append((args[1], on_no_set_name, (call, args[0], args[2])))
    return True


def on_set_name(s: State, data: tuple[Call, int, int], value: int) -> None:
    """One name."""
    call, base, source = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.write, (s.rows[value][1], source, call.aid, call.site))
    else:
        on_no_set_name(s, data, value)


def on_no_set_name(s: State, data: tuple[Call, int, int], _: int) -> None:
    """A name that is not constant: any property of the object may be written."""
    call, base, source = data
    s.watch(base, on_object_setters, (call, source))


def on_object_setters(s: State, data: tuple[Call, int], value: int) -> None:
    """setattr(x, name, value): the setters of x."""
    call, source = data
    if s.kinds[value] != INST:
        return
    cls = s.rows[value][1]
    entries = [entry for entry in classes.order(s, cls) if s.kinds[entry] == CLASS]
    for name in sorted({name for entry in entries for name in s.own[entry]}):
        found = classes.find(s, cls, name)
        if found is not None and found[0] == "own":
            s.watch(found[2], on_setter, (call, source, value))


def on_setter(s: State, data: tuple[Call, int, int], value: int) -> None:
    """One class attribute, if it is a property."""
    call, source, base = data
    if s.kinds[value] == PROPERTY:
        write = Call(call.aid, call.site, 0, ((source, False),), (), "property?")
        s.watch(s.field(value, "fset"), apply_with, (write, base))


def namespace(s: State, call: Call, value: int) -> bool:
    """globals() and vars(): the module's names; vars(x) and x.__dict__ are not followed."""
    if s.rows[value][1] == "builtins.globals":
        module = s.of(MODULE, s.modules[s.a_function[call.aid]])
        box = s.box("dict", (module, "globals"))
        for name in sorted(module_names(s, s.modules[s.a_function[call.aid]])):
            s.flow(s.field(module, name), containers.key_field(s, box, "=s:" + name))
        containers.all_field(s, box)
        s.add(call.dst, box)
    elif call.pos:
        s.watch(call.pos[0][0], on_vars, call)
    return True


def on_vars(s: State, call: Call, value: int) -> None:
    """vars(x)"""
    if s.kinds[value] in (XINST, XRES):
        s.add(call.dst, derived(s, value, f"{s.rows[value][1]}.__dict__"))
    else:
        attributes.read(s, (call.dst, "__dict__", call.aid, call.site), value)


def attribute_getter(s: State, call: Call, value: int) -> bool:
    """operator.attrgetter("a"), methodcaller("m"): a function of one argument."""
    made = s.of(XMETHOD, s.rows[value][1] + ".__call__", s.of(PARTIAL, place(s, call)))
    for var in plain(call)[:1]:
        s.flow(var, s.field(s.of(PARTIAL, place(s, call)), "name"))
    s.add(call.dst, made)
    return True


def attribute_got(s: State, call: Call, value: int) -> bool:
    """attrgetter("a")(x)"""
    base = s.rows[value][2]
    for var in plain(call)[:1]:
        out = s.variable() if "methodcaller" in s.rows[value][1] else call.dst
        inner = Call(call.aid, call.site, out, (), (), call.kind)
        s.watch(s.field(base, "name"), on_attribute_name, (inner, var))
        if out != call.dst:
            s.watch(out, s.apply, Call(call.aid, call.site, call.dst, (), (), call.kind))
    return True


ATTRIBUTE_MODELS: dict[str, Model] = {
    "builtins.getattr": get_attribute, "builtins.setattr": set_attribute,
    "builtins.hasattr": has_attribute, "builtins.delattr": delete_attribute, "builtins.globals": namespace,
    "builtins.vars": namespace, "builtins.locals": namespace, "operator.attrgetter": attribute_getter,
    "operator.methodcaller": attribute_getter, "operator.attrgetter.__call__": attribute_got,
    "operator.methodcaller.__call__": attribute_got,
}  # fmt: skip
