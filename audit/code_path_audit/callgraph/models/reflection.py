"""Models: attributes and names by text: getattr, setattr, vars, globals, operator.attrgetter."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import apply_with, call_back_into
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.modules import module_names
from code_path_audit.callgraph.language import attributes, subscripts
from code_path_audit.callgraph.language.calls import Callables
from code_path_audit.callgraph.library.loaded_classes import keeps_classes, on_predicate
from code_path_audit.callgraph.library.stored_attributes import NAMESPACE, parsed_dict
from code_path_audit.callgraph.library.stub_values import derived
from code_path_audit.callgraph.library.summaries import use
from code_path_audit.callgraph.library.text_imports import TextImports, is_unknown_module
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.models.arguments import of_object, plain
from code_path_audit.callgraph.models.special_method_builtins import on_special
from code_path_audit.callgraph.solver.abstract_values import (
    BOUND,
    CLASS,
    CLASSM,
    CTXFUNC,
    EXT,
    FUNC,
    INST,
    INT,
    LISTED,
    MODULE,
    PARTIAL,
    PROPERTY,
    STATIC,
    STR,
    UNKNOWN,
    XINST,
    XMETHOD,
    XRES,
)
from code_path_audit.callgraph.solver.ids import NO_SITE, NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, Read, State, Write
from code_path_audit.facts.texts import field_name

MAX_LISTED = 400
"""Names of one module that are listed."""

MAX_MODULE_FUNCTIONS = 64
"""A module with more public definitions than this is too large for any of them to be meant."""


class Copied:
    """Attributes that are copied from one object to another, by names that `dir` lists."""

    def __init__(self) -> None:
        self.read_of: dict[Var, tuple[Var, Var]] = {}
        """By what `getattr(x, name)` gives: the variables of the object and of the name."""


def get_attribute(s: State, call: Call, value: Value) -> bool:
    """getattr(x, name, default): a constant name is an attribute; a name with a constant prefix, all that match."""
    args = plain(call)
    if len(args) < 2:
        return True
    if names_http_method(s, call):
        for name in HTTP_METHODS:
            s.watch(args[0], on_http_method, (call, name))
    s.tables[Copied].read_of[call.dst] = args[0], args[1]
    s.watch(args[1], on_attribute_name, (call, args[0]))
    s.when_empty(args[1], on_empty_attribute_name, (call, args[0], args[1]))
    for var in args[2:3]:
        s.flow(var, call.dst)
    return True


def on_attribute_name(s: State, data: tuple[Call, Var], value: Value) -> None:
    """One name."""
    call, base = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.read, Read(call.dst, field_name(s.rows[value].text), call.site))
    elif is_listed(s, value):
        s.watch(base, on_any_name, (call, s.tag(s.beginning(value))))
        s.watch(base, on_object_properties, call)
        s.watch(base, on_outside_attribute, call)
    elif s.kinds[value] in (XRES, XMETHOD) and s.rows[value].dotted.endswith(".upper()"):
        s.unresolved(call.site, "getattr")
        s.watch(base, on_any_name, (call, "DIR"))
        s.watch(base, on_outside_attribute, call)
    elif (prefix := constant_prefix(s, value)) is not None:
        s.watch(base, on_prefix, (call, prefix))
        s.watch(base, on_outside_attribute, call)
    else:
        on_no_attribute_name(s, data)


HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
"""What `request.method.lower()` is, whatever is known of the request."""


def names_http_method(s: State, call: Call) -> bool:
    """getattr(self, request.method.lower()): the handlers of web frameworks have the names of the methods."""
    if call.site.place < 0 or call.kind != "call":
        return False
    facts = s.facts[s.a_function[call.site.activation]]
    written = facts.sites[call.site.place].arguments
    return len(written) > 1 and written[1].text.endswith("method.lower()")


def on_http_method(s: State, data: tuple[Call, str], value: Value) -> None:
    """The handler of one method, where the class of an object has one."""
    call, name = data
    if s.kinds[value] == INST and isinstance(classes.find(s, s.rows[value].cls, name), classes.Own):
        found = s.variable()
        s.watch(found, on_guess, call.dst)
        attributes.read(s, Read(found, name, call.site), value)


def constant_prefix(s: State, value: Value) -> str | None:
    """The constant text that a str begins with, where that is known: a str keeps it as its type argument."""
    first = s.beginning(value)
    if first is None or s.kinds[first] != STR or s.rows[value].dotted != "builtins.str":
        return None
    return s.rows[first].text


def is_listed(s: State, value: Value) -> bool:
    """Whether a text is one of the names that dir() gave."""
    return s.tag(s.beginning(value)) in ("dir", "DIR")


def on_empty_attribute_name(s: State, data: tuple[Call, Var, Var]) -> None:
    """No name has come up: look again when what is known of it otherwise has been followed."""
    s.later(on_still_empty, data[:2], data[2])


def on_still_empty(s: State, data: tuple[Call, Var], name: Var) -> None:
    """The same, later."""
    if not s.pts[name]:
        call, base = data
        prefix = containers.beginning_at(s, call.site, name)
        if prefix:
            s.watch(base, on_prefix, (call, prefix))
            s.watch(base, on_outside_attribute, call)
        else:
            on_no_attribute_name(s, data)


def on_no_attribute_name(s: State, data: tuple[Call, Var]) -> None:
    """A name that is not constant: unresolved, but for modules and for unknown externals.

    Of an object of the source any property may be read, which is only possible. No method is guessed, so calls of what
    the read gives are missed.
    """
    call, base = data
    s.unresolved(call.site, "getattr")
    s.watch(base, on_module_attribute, (call, base))
    s.watch(base, on_outside_attribute, call)
    s.watch(base, on_possible_properties, call)
    s.add(call.dst, s.of(UNKNOWN, ""))


@sees(INST)
def on_possible_properties(s: State, call: Call, value: Value) -> None:
    """getattr(x, name): any property of x may be read."""
    if s.kinds[value] == INST:
        use(s, call.site, (read_properties, call.dst, ()), value, Evidence.POSSIBLE)


def read_properties(s: State, data: tuple[Site, Var, tuple[str, ...]], value: Value) -> None:
    """Some properties of an object, by default all of them."""
    site, dst, names = data
    cls = s.rows[value].cls
    for var in classes.own_attributes(s, cls, names or classes.own_names(s, cls)):
        s.watch(var, on_property_read, (Call(site, dst, (), (), "property"), value))


def on_object_properties(s: State, call: Call, value: Value) -> None:
    """getattr(x, name) with a name from dir(x): any property of x is read."""
    if s.kinds[value] != INST:
        return
    cls = s.rows[value].cls
    for _, var in classes.all_attributes(s, cls):
        s.watch(var, on_property_read, (call, value))


def on_property_read(s: State, data: tuple[Call, Value], value: Value) -> None:
    """One class attribute, if it is a property."""
    call, base = data
    if s.kinds[value] == PROPERTY:
        read = Call(call.site, call.dst, (), (), "property", Evidence.LIKELY)
        s.watch(s.field(value, "fget"), apply_with, (read, base))


def on_outside_attribute(s: State, call: Call, value: Value) -> None:
    """An attribute of an unknown external stays an unknown external, whatever its name."""
    if s.kinds[value] == XRES:
        s.add(call.dst, derived(s, value, f"{s.rows[value].dotted}.*"))
    elif s.kinds[value] == XMETHOD:
        s.add(call.dst, derived(s, s.rows[value].receiver, f"{s.rows[value].dotted}.*"))


def on_module_attribute(s: State, data: tuple[Call, Var], value: Value) -> None:
    """getattr(module, name): any public function or class that the module itself defines.

    Assumes a table of handlers or commands; wrong (edges too many) where only some of them can be named. Where neither
    the module nor the name is known, what no text names is only possible.
    """
    call, base = data
    imports = s.tables[TextImports]
    if s.kinds[value] != MODULE or s.rows[value].name not in s.program.modules:
        return
    facts = s.program.modules[s.rows[value].name]
    names = [f.name for f in facts.functions if f.parent == 0 and f.name[:1] not in ("_", "<")]
    imports.picks.setdefault(s.rows[value].name, []).append(call)
    named = [*imports.named.get(s.rows[value].name, ())]
    names = named or names
    if len(names) > MAX_MODULE_FUNCTIONS:
        return
    if not named and is_unknown_module(s, base, s.rows[value].name):
        use(s, call.site, (read_names, call.dst, tuple(names)), value, Evidence.POSSIBLE)
    else:
        read_names(s, (call.site, call.dst, tuple(names)), value)


def read_names(s: State, data: tuple[Site, Var, tuple[str, ...]], value: Value) -> None:
    """Some names of a module of the source."""
    site, dst, names = data
    for name in names:
        attributes.read_module(s, Read(dst, name, site), value)


def on_prefix(s: State, data: tuple[Call, str], value: Value) -> None:
    """getattr(self, "visit_" + name): every method with the prefix, of two characters at least; of a module, every
    definition."""
    call, prefix = data
    if len(prefix) < 2:
        return
    found = s.variable()
    s.watch(found, on_guess, call.dst)
    for name in names_of(s, value):
        if name.startswith(prefix):
            attributes.read(s, Read(found, name, call.site), value)


def names_of(s: State, value: Value) -> list[str]:
    """What dir() gives: the names of a module of the source, or those that the classes of an object define."""
    kind = s.kinds[value]
    if kind == MODULE and s.rows[value].name in s.program.modules:
        names = set(module_names(s, s.rows[value].name))
        return sorted(names) if len(names) <= MAX_LISTED else []
    if kind not in (INST, CLASS):
        return []
    return classes.own_names(s, s.rows[value].cls if kind == INST else value)


def on_any_name(s: State, data: tuple[Call, str], value: Value) -> None:
    """getattr(x, name) with a name from dir(x), and the values of inspect.getmembers(x): any attribute of x.

    Of a module not what it merely imports from elsewhere: who lists its names looks for what it makes.
    Properties are read besides (`on_object_properties`).
    """
    call, which = data
    found = s.variable()
    names = [name for name in names_of(s, value) if which == "dir" or name.isupper()]
    if s.kinds[value] == INST:
        s.watch(found, on_guess, call.dst)
        cls = s.rows[value].cls
        for var in classes.own_attributes(s, cls, names):
            s.watch(var, on_listed, (found, value, cls))
    else:
        own = s.variable()
        s.watch(own, on_guess, call.dst)
        if s.kinds[value] == MODULE:
            s.watch(found, attributes.on_own, (own, s.rows[value].name))
        else:
            s.flow(found, own)
        for name in names:
            attributes.read(s, Read(found, name, call.site), value)


def on_listed(s: State, data: tuple[Var, Value, Value], value: Value) -> None:
    """One class attribute of an object whose names are listed."""
    found, base, cls = data
    if s.kinds[value] in (FUNC, STATIC, CLASSM, CTXFUNC):
        attributes.bind(s, (found, base, cls, NO_SITE, ""), value)


def listed(s: State, call: Call, value: Value) -> bool:
    """dir(x): texts that are names of attributes; dir() of nothing is not followed."""
    for var in plain(call)[:1]:
        s.watch(var, on_special, ("__dir__", Call(call.site, NOWHERE, (), (), "operator")))
    box = s.box("list", call.site)
    s.add(containers.all_field(s, box), s.instance("builtins.str", (s.of(*LISTED),)))
    s.add(s.field(box, "?"), s.instance("builtins.str", (s.of(*LISTED),)))
    s.add(call.dst, box)
    return True


def members(s: State, call: Call, value: Value) -> bool:
    """inspect.getmembers(x, predicate): pairs of name and attribute; the predicate gets the attributes.

    getmembers_static reads no property: it gives what stands in the class.
    """
    box = s.box("list", call.site)
    pair = s.box("tuple", ("member", *call.site))
    s.add(containers.all_field(s, box), pair)
    s.add(s.field(box, "?"), pair)
    name, got = s.variable(), s.variable()
    s.add(name, s.instance("builtins.str", (s.of(*LISTED),)))
    containers.put(s, pair, s.of(INT, 0), name)
    for var in plain(call)[:1]:
        if s.rows[value].dotted == "inspect.getmembers_static":
            s.watch(var, on_static_members, call._replace(dst=got))
            continue
        s.watch(var, on_any_name, (call._replace(dst=got), "dir"))
        s.watch(var, on_object_properties, call._replace(dst=got))
        s.watch(var, on_outside_attribute, call._replace(dst=got))
    asked = plain(call)[1:2]
    for var in asked:
        s.watch(var, call_back_into, (call.site, (got,), s.variable()))
        s.watch(plain(call)[0], on_members_of_loaded, (var, got, call.site))
        passing = s.variable()
        s.watch(var, on_predicate_of_members, (got, passing))
        s.when_empty(var, on_no_predicate, (got, passing))
        got = passing
    containers.put(s, pair, s.of(INT, 1), got)
    s.add(call.dst, box)
    return True


PREDICATES = {
    "inspect.isclass": frozenset((CLASS, EXT, XRES, UNKNOWN)),
    "inspect.isfunction": frozenset((FUNC, CTXFUNC, STATIC, XRES, UNKNOWN)),
    "inspect.ismethod": frozenset((BOUND, XMETHOD, XRES, UNKNOWN)),
    "inspect.ismodule": frozenset((MODULE, EXT, XRES, UNKNOWN)),
}
"""The kinds of values that may pass what tests of `inspect` ask; what no row speaks of lets everything through."""


def on_predicate_of_members(s: State, data: tuple[Var, Var], value: Value) -> None:
    """One predicate of getmembers."""
    got, passing = data
    kinds = PREDICATES.get(s.rows[value].dotted) if s.kinds[value] == EXT else None
    if kinds is None:
        s.flow(got, passing)
    else:
        s.watch(got, on_member_of_kind, (passing, kinds))


def on_member_of_kind(s: State, data: tuple[Var, frozenset[int]], value: Value) -> None:
    """One member, which a test of `inspect` lets pass or not."""
    passing, kinds = data
    if s.kinds[value] in kinds:
        s.add(passing, value)


def on_no_predicate(s: State, data: tuple[Var, Var]) -> None:
    """Nothing is known of the predicate, or it is None."""
    s.flow(*data)


@sees(XINST, XRES, UNKNOWN)
def on_members_of_loaded(s: State, data: tuple[Var, Var, Site], value: Value) -> None:
    """A module that was loaded at run time: the classes that the predicate, or the function that goes through them,
    wants of it."""
    if s.kinds[value] != XINST or s.rows[value].dotted == "types.ModuleType":
        predicate, got, site = data
        s.add(got, s.of(UNKNOWN, ""))
        s.watch(predicate, on_predicate, got)
        keeps_classes(s, s.a_function[site.activation], got)


def on_static_members(s: State, call: Call, value: Value) -> None:
    """What the classes of an object, or a class, have; of a module and of what lies outside it is what is read."""
    if s.kinds[value] in (INST, CLASS):
        cls = s.rows[value].cls if s.kinds[value] == INST else value
        for _, var in classes.all_attributes(s, cls):
            s.flow(var, call.dst)
    else:
        on_any_name(s, (call, "dir"), value)
        on_outside_attribute(s, call, value)


def on_guess(s: State, dst: Var, value: Value) -> None:
    """What a prefix finds is a guess, and so is calling it."""
    if s.kinds[value] == BOUND:
        row = s.rows[value]
        value = s.of(BOUND, row.callable, row.receiver, Evidence.LIKELY)
    s.add(dst, value)


def has_attribute(s: State, call: Call, value: Value) -> bool:
    """hasattr(x, name): the attribute is read."""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[1], on_asked_name, (call._replace(dst=s.variable()), args[0]))
    s.add(call.dst, s.instance("builtins.bool"))
    return True


def on_asked_name(s: State, data: tuple[Call, Var], value: Value) -> None:
    """One constant name; of any other nothing is read."""
    call, base = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.read, Read(call.dst, field_name(s.rows[value].text), call.site))


def delete_attribute(s: State, call: Call, value: Value) -> bool:
    """delattr(x, name)"""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[1], on_delete_name, (call, args[0]))
    return True


def on_delete_name(s: State, data: tuple[Call, Var], value: Value) -> None:
    """One name."""
    call, base = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.delete, (field_name(s.rows[value].text), call.site))


def set_attribute(s: State, call: Call, value: Value) -> bool:
    """setattr(x, name, value)"""
    args = plain(call)
    if len(args) == 3:
        s.watch(args[1], on_set_name, (call, args[0], args[2]))
        s.when_empty(args[1], on_no_set_name, (call, args[0], args[2]))
    return True


def on_set_name(s: State, data: tuple[Call, Var, Var], value: Value) -> None:
    """One name."""
    call, base, source = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.write, Write(field_name(s.rows[value].text), source, call.site))
        return
    read_of = s.tables[Copied].read_of.get(source)
    if read_of is not None and read_of[1] == plain(call)[1] and is_listed(s, value):
        s.watch(read_of[0], on_copied, (call.site, base))
    on_no_set_name(s, data)


@sees(MODULE, INST)
def on_copied(s: State, data: tuple[Site, Var], value: Value) -> None:
    """setattr(x, name, getattr(y, name)) with the names from dir(y): each of them is the same attribute of x."""
    site, base = data
    for name in names_of(s, value):
        if not name.startswith("__"):
            out = s.variable()
            attributes.read(s, Read(out, name, site), value)
            s.watch(base, attributes.write, Write(name, out, site))


def on_no_set_name(s: State, data: tuple[Call, Var, Var]) -> None:
    """A name that is not constant: any property of the object may be written."""
    call, base, source = data
    s.watch(base, on_possible_setters, (call.site, source))


@sees(INST)
def on_possible_setters(s: State, data: tuple[Site, Var], value: Value) -> None:
    """setattr(x, name, value): any property of x may be written, which is only possible."""
    if s.kinds[value] == INST:
        use(s, data[0], (write_properties, data[1], ()), value, Evidence.POSSIBLE)


def write_properties(s: State, data: tuple[Site, Var, tuple[str, ...]], value: Value) -> None:
    """Some setters of an object, by default all of them."""
    site, source, names = data
    cls = s.rows[value].cls
    for var in classes.own_attributes(s, cls, names or classes.own_names(s, cls)):
        s.watch(var, on_setter, (site, source, value))


@sees(PROPERTY)
def on_setter(s: State, data: tuple[Site, Var, Value], value: Value) -> None:
    """One class attribute, if it is a property."""
    site, source, base = data
    if s.kinds[value] == PROPERTY:
        write = Call(site, NOWHERE, ((source, False),), (), "property")
        s.watch(s.field(value, "fset"), apply_with, (write, base))


def namespace(s: State, call: Call, value: Value) -> bool:
    """globals() and locals(), vars(x)."""
    name = s.rows[value].dotted
    is_module = s.facts[s.a_function[call.site.activation]].kind == "module"
    if name == "builtins.globals" or (is_module and not call.pos):
        s.add(call.dst, attributes.module_dict(s, s.of(MODULE, s.modules[s.a_function[call.site.activation]])))
    elif not call.pos:  # a call of locals() has the names that are bound there
        containers.update(s, s.box("dict", call.site), "dict", [], call)
    elif call.pos:
        s.watch(call.pos[0][0], on_vars, call)
    return True


def on_vars(s: State, call: Call, value: Value) -> None:
    """vars(x)"""
    if s.kinds[value] == XINST and s.rows[value].dotted == NAMESPACE:
        s.add(call.dst, parsed_dict(s))
    elif s.kinds[value] in (XINST, XRES):
        s.add(call.dst, derived(s, value, f"{s.rows[value].dotted}.__dict__"))
    else:
        attributes.read(s, Read(call.dst, "__dict__", call.site), value)


def getter(s: State, call: Call, value: Value) -> bool:
    """operator.attrgetter("a", "b.c"), itemgetter(1), methodcaller("m", x): a function of one argument."""
    kept = s.of(PARTIAL, call.site)
    s.tables[Callables].partials[kept] = (call.pos, call.kw)
    s.add(call.dst, s.of(XMETHOD, f"{s.rows[value].dotted}.__call__", kept))
    return True


@of_object
def got(s: State, call: Call, value: Value) -> bool:
    """attrgetter("a")(x), itemgetter(1)(x), methodcaller("m")(x); several names or keys give a tuple."""
    pos, kw = s.tables[Callables].partials[s.rows[value].receiver]
    kept = plain(call._replace(pos=pos))
    name = s.rows[value].dotted
    for var in plain(call)[:1]:
        if "methodcaller" in name:
            method = s.variable()
            for text in kept[:1]:
                s.watch(text, on_attribute_name, (call._replace(dst=method), var))
            s.watch(method, s.apply, call._replace(pos=pos[1:], kw=kw))
            continue
        row = s.box("tuple", (call.site, "got"))
        for index, what in enumerate(kept):
            out = call.dst if len(pos) == 1 else containers.key_field(s, row, f"=i:{index}")
            if "itemgetter" in name:
                s.watch(var, subscripts.item, (out, what, call.site))
            else:
                s.watch(what, on_dotted_name, (call._replace(dst=out), var))
        if len(pos) > 1:
            s.add(call.dst, row)
    return True


def on_dotted_name(s: State, data: tuple[Call, Var], value: Value) -> None:
    """One name of attrgetter: attributes of attributes, where it has dots."""
    call, base = data
    if s.kinds[value] != STR:
        on_attribute_name(s, data, value)
        return
    *before, last = s.rows[value].text.split(".")
    for name in before:
        out = s.variable()
        s.watch(base, attributes.read, Read(out, name, call.site))
        base = out
    s.watch(base, attributes.read, Read(call.dst, last, call.site))


ATTRIBUTE_MODELS: dict[str, Model] = {
    "builtins.dir": listed, "inspect.getmembers": members, "inspect.getmembers_static": members,
    "builtins.getattr": get_attribute, "builtins.setattr": set_attribute,
    "builtins.hasattr": has_attribute, "builtins.delattr": delete_attribute, "builtins.globals": namespace,
    "builtins.vars": namespace, "builtins.locals": namespace,
    **dict.fromkeys(("operator.attrgetter", "operator.itemgetter", "operator.methodcaller"), getter),
    **dict.fromkeys(
        ("operator.attrgetter.__call__", "operator.itemgetter.__call__", "operator.methodcaller.__call__"), got
    ),
}  # fmt: skip
