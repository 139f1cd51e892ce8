"""Instructions that make functions and classes."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import apply_with, bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.language.attributes import class_dict
from code_path_audit.callgraph.solver.abstract_values import BOUND, CLASS, FUNC, INST, PARTIAL, STR
from code_path_audit.callgraph.solver.ids import NOWHERE, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts.opcodes import Row
from code_path_audit.program.link import name_of, unique_names


class UniqueNames:
    """The names of functions by their index."""

    def __init__(self) -> None:
        self.of: dict[str, list[str]] = {}
        """By module."""


def numbered(s: State, aid: Activation, index: int) -> Function | None:
    """The number of a function of the same module by its index there; None in code that is evaluated from a text."""
    unique = s.tables[UniqueNames]
    fid = s.a_function[aid]
    module = s.modules[fid]
    names = unique.of.get(module)
    if names is None:
        names = unique.of[module] = unique_names(s.program.modules[module])
    if fid in s.synthetic:
        return None
    name = names[index]
    if s.program.functions.get(name) != (module, index):
        name = name_of(s.program, module, index)  # a module has its name: `main` of a package with a file main.py
    return s.function(name) if name else None


def function(s: State, aid: Activation, base: Var, row: Row) -> None:
    """def, lambda"""
    _, reg, index, defaults = row
    fid = numbered(s, aid, index)
    if fid is None:
        return
    value = s.of(FUNC, fid, aid)
    s.made.setdefault(fid, value)
    table = s.defaults.setdefault(value, {})
    for name, default in defaults:
        table[name] = base + default
    s.add(base + reg, value)


# classes


def class_(s: State, aid: Activation, base: Var, row: Row) -> None:
    """class"""
    _, reg, index, bases, keywords, site = row
    fid = numbered(s, aid, index)
    if fid is None:
        return
    value = s.of(CLASS, fid, aid)
    s.made.setdefault(fid, value)
    body = s.activate(fid, aid, ())
    classes.make(s, value, body)
    s.edge(Call(Site(aid, site), NOWHERE, (), (), "construct"), body)
    for place, source in enumerate(bases):
        s.watch(base + (~source if source < 0 else source), classes.add_base, (value, place))
    for name, source in keywords:
        if name == "metaclass":
            s.metaclass[value] = base + source
    s.add(base + reg, value)
    keyword_vars = tuple((k, base + r) for k, r in keywords if k != "metaclass")
    hook(s, (Site(aid, site), keyword_vars), value)


def hook(s: State, data: tuple[Site, tuple[tuple[str, Var], ...]], value: Value) -> None:
    """What the bases do when a class is made: __init_subclass__, and the metaclass."""
    site, keywords = data
    classes.depends(s, value, hook, data, value)
    found = classes.find(s, value, "__init_subclass__", value)
    if isinstance(found, classes.Own):
        s.watch(found.var, apply_with, (Call(site, NOWHERE, (), keywords, "construct"), value))
    for entry in classes.order(s, value):
        meta = s.metaclass.get(entry)
        if meta is not None:
            s.metaclass.setdefault(value, meta)
            s.watch(meta, on_metaclass, (site, value))
            break


@sees(CLASS, FUNC, BOUND, PARTIAL)
def on_metaclass(s: State, data: tuple[Site, Value], meta: Value) -> None:
    """A metaclass makes the class."""
    site, value = data
    args = tuple((s.variable(), False) for _ in range(3))
    s.add(args[0][0], s.instance("builtins.str"))
    s.add(args[1][0], s.box("tuple", (value, "bases")))
    s.add(args[2][0], class_dict(s, value))
    if s.kinds[meta] in (FUNC, BOUND, PARTIAL):
        s.apply(s, Call(site, NOWHERE, args, (), "construct"), meta)
    if s.kinds[meta] != CLASS:
        return
    found = classes.find(s, meta, "__prepare__")
    if isinstance(found, classes.Own):
        s.watch(found.var, bind_and_call, (meta, meta, Call(site, NOWHERE, args[:2], (), "construct")))
    for name in ("__new__", "__init__"):
        found = classes.find(s, meta, name)
        if isinstance(found, classes.Own):
            receiver = meta if name == "__new__" else value
            s.watch(found.var, apply_with, (Call(site, NOWHERE, args, (), "construct"), receiver))


def store_name(s: State, aid: Activation, base: Var, row: Row) -> None:
    """A name of a class body."""
    cls = s.a_class[aid]
    if cls >= 0:
        s.flow(base + row[2], s.field(cls, row[1]))
        s.watch(base + row[2], on_class_attribute, (cls, row[1], aid))


@sees(INST)
def on_class_attribute(s: State, data: tuple[Value, str, Activation], value: Value) -> None:
    """A descriptor in a class body gets its name."""
    if s.kinds[value] != INST:
        return
    found = classes.find(s, s.rows[value].cls, "__set_name__")
    if isinstance(found, classes.Own):
        cls, name, aid = data
        owner, text = s.variable(), s.variable()
        s.add(owner, cls)
        s.add(text, s.of(STR, name))
        call = Call(Site(aid, -1), NOWHERE, ((owner, False), (text, False)), (), "construct")
        s.watch(found.var, bind_and_call, (value, s.rows[value].cls, call))
