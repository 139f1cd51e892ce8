"""Instructions that bind and read names: imports, globals, variables of the functions around."""

from __future__ import annotations

from code_path_audit.callgraph.heap.modules import load, module_names
from code_path_audit.callgraph.language import attributes, outside_imports
from code_path_audit.callgraph.language.carried_packages import carried
from code_path_audit.callgraph.library.stub_values import named
from code_path_audit.callgraph.solver.abstract_values import MODULE, STR
from code_path_audit.callgraph.solver.ids import Activation, Site, Var
from code_path_audit.callgraph.solver.state import Read, State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.opcodes import Row
from code_path_audit.program.names import exported


class OutsideStars:
    """The libraries of which a module imports all names."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[str, ...]] = {}


# imports


def import_(s: State, aid: Activation, base: Var, row: Row) -> None:
    """import a.b"""
    _, reg, written, first, site = row
    dotted = carried(s, s.modules[s.a_function[aid]], written)
    load(s, dotted, Site(aid, site))
    if dotted not in s.program.modules:
        outside_imports.imported(s, dotted, Site(aid, site))
    bound = dotted[: len(dotted) - len(written.partition(".")[2])].rstrip(".") if first else dotted
    s.add(base + reg, s.module_value(bound))


def import_from(s: State, aid: Activation, base: Var, row: Row) -> None:
    """from a import b"""
    _, reg, module, name, site = row
    module = carried(s, s.modules[s.a_function[aid]], module)
    child = f"{module}.{name}"
    if module not in s.program.modules:
        if child in s.program.modules:
            load(s, child, Site(aid, site))
            s.add(base + reg, s.of(MODULE, child))
        else:
            outside_imports.imported(s, child, Site(aid, site))
            named(s, child, base + reg)
        return
    load(s, module, Site(aid, site))
    names = module_names(s, module)
    if child in s.program.modules and (name not in names or module == s.modules[s.a_function[aid]]):
        load(s, child, Site(aid, site))
        s.add(base + reg, s.of(MODULE, child))
    else:
        attributes.read_module(s, Read(base + reg, name, Site(aid, site)), s.of(MODULE, module))


def import_star(s: State, aid: Activation, base: Var, row: Row) -> None:
    """from a import *"""
    _, module, site = row
    module = carried(s, s.modules[s.a_function[aid]], module)
    if module not in s.program.modules:
        return
    load(s, module, Site(aid, site))
    here, there = s.of(MODULE, s.modules[s.a_function[aid]]), s.of(MODULE, module)
    for name in exported(s.program, module, module_names(s, module)):
        child = f"{module}.{name}"
        if child in s.program.modules and name not in module_names(s, module):
            load(s, child, Site(aid, site))
            s.add(s.field(here, name), s.of(MODULE, child))
        s.flow(s.field(there, name), s.field(here, name))


# scopes


def global_(s: State, aid: Activation, base: Var, row: Row) -> None:
    """A name that is no local: of the module, or a builtin."""
    _, reg, name = row
    module = s.modules[s.a_function[aid]]
    if name in module_names(s, module):
        s.flow(s.field(s.of(MODULE, module), name), base + reg)
    elif name == "__name__":
        s.add(base + reg, s.of(STR, module, "__name__"))
    elif name == "__path__" and s.program.modules[module].is_package:
        s.add(base + reg, attributes.path_of(s, module))
    elif name in ("__file__", "__doc__", "__package__"):
        s.add(base + reg, s.instance("builtins.str"))
    elif s.stubs.lookup(f"builtins.{name}") is not None:
        named(s, f"builtins.{name}", base + reg)
    else:
        star_from_outside(s, module, name, base + reg)


def star_from_outside(s: State, module: str, name: str, dst: Var) -> None:
    """A name that can only come from `from library import *`."""
    stars = s.tables[OutsideStars].of.get(module)
    if stars is None:
        rows = s.program.modules[module].functions[0].code
        found = [row[1] for row in rows if row[0] == op.IMPORT_STAR and row[1] not in s.program.modules]
        stars = s.tables[OutsideStars].of[module] = tuple(dict.fromkeys(found))
    for library in stars:
        named(s, f"{library}.{name}", dst)


def store_global(s: State, aid: Activation, base: Var, row: Row) -> None:
    """A global of the module is bound."""
    s.flow(base + row[2], s.field(s.of(MODULE, s.modules[s.a_function[aid]]), row[1]))


def owner_base(s: State, aid: Activation, index: int) -> Var | None:
    """The registers of the activation around this one that belongs to a function of the module; -1 if there is none."""
    env = s.a_env[aid]
    while env >= 0:
        if s.indices[s.a_function[env]] == index:
            return s.a_base[env]
        env = s.a_env[env]
    return None


def free(s: State, aid: Activation, base: Var, row: Row) -> None:
    """A variable of a function around this one."""
    owner = owner_base(s, aid, row[2])
    if owner is not None:
        s.flow(owner + row[3], base + row[1])


def store_free(s: State, aid: Activation, base: Var, row: Row) -> None:
    """nonlocal"""
    owner = owner_base(s, aid, row[1])
    if owner is not None:
        s.flow(base + row[3], owner + row[2])
