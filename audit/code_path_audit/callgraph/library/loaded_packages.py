"""Modules that a framework loads for the program, by name: plugins, tasks, views, what the settings list.

A row `loads` of a library model says which argument names modules: each is loaded with all that lies below it, and what
of the library is in there (functions that its decorators marked, classes below its own) is kept for the whole process.
A row `settings` says which module holds the settings: what the texts in that name is loaded, or kept, as well.

Wrong, by edges too many, for modules that the framework is told to leave out, and for settings that another file
overrides.
"""

from __future__ import annotations

from code_path_audit.callgraph.behaviours import PROCESS
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.containers import SEQUENCES
from code_path_audit.callgraph.heap.modules import load, module_names
from code_path_audit.callgraph.library.holders import keeps, named_object
from code_path_audit.callgraph.solver.abstract_values import BOX, CALLABLES, CLASS, INST, MODULE, STR, XRES
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State
from code_path_audit.program.dependencies import beginning
from code_path_audit.program.names import is_dotted

MAX_LOADED = 300
"""Modules below one that is named: of more, none is loaded."""

MAX_SETTINGS = 8
"""Modules of one last name: more are no settings."""

MAX_DEPTH = 4
"""Containers within one another that are looked through for names."""


class LoadedPackages:
    """What was loaded by name."""

    def __init__(self) -> None:
        self.named_by: dict[tuple[Var, str], Var] = {}
        """What the texts in a variable name, as seen from a package."""
        self.taken: dict[tuple[str, str, Site], None] = {}
        """Modules that a library has loaded, and where."""


def registry_of(s: State, dotted: str) -> Value:
    """What stands for all that a library keeps for the whole process."""
    registry = s.of(XRES, f"{dotted.partition('.')[0]}#{PROCESS}", PROCESS)
    s.keeping.add(s.field(registry, "#kept"))
    return registry


def named_by(s: State, var: Var, site: Site) -> Var:
    """A variable with what another holds, and what the texts in it name: modules, functions and classes of the source,
    also by names that begin with a dot, as seen from the package of the call site."""
    module = s.modules[s.a_function[site.activation]]
    is_package = module in s.program.modules and s.program.modules[module].is_package
    package = module if is_package else module.rpartition(".")[0]
    known = s.tables[LoadedPackages].named_by
    out = known.get((var, package))
    if out is None:
        out = known[var, package] = s.variable()
        s.watch(var, on_meant, (out, package, site))
    return out


@sees(*CALLABLES, INST, MODULE, STR, BOX)
def on_meant(s: State, data: tuple[Var, str, Site], value: Value) -> None:
    """One value."""
    out, package, site = data
    if s.kinds[value] != STR:
        s.add(out, value)
        return
    text = s.rows[value].text
    text = f"{package}{text if text != '.' else ''}" if text.startswith(".") else text
    if text.startswith(package + ".."):
        return
    text = text.replace(":", ".")
    if text in s.program.modules:
        s.add(out, s.of(MODULE, text))
    elif is_dotted(text):
        source = named_object(s, s.of(STR, text), site)
        if source:
            s.flow(source, out)


def load_named(s: State, var: Var, site: Site, dotted: str, member: str = "") -> None:
    """What a variable holds names modules, or packages of which one submodule is meant."""
    s.watch(var, on_loaded, (site, dotted, member, 0))


@sees(MODULE, BOX, STR)
def on_loaded(s: State, data: tuple[Site, str, str, int], value: Value) -> None:
    """One module that is loaded with all below it, or a container of such."""
    site, dotted, member, depth = data
    if s.kinds[value] == BOX and depth < MAX_DEPTH:
        load_named_in(s, value, (site, dotted, member, depth + 1))
    elif s.kinds[value] == MODULE:
        name = f"{s.rows[value].name}.{member}" if member else s.rows[value].name
        if name in s.program.modules:
            take(s, name, site, dotted)


def load_named_in(s: State, box: Value, data: tuple[Site, str, str, int]) -> None:
    """The elements of a container."""
    s.watch(named_by(s, s.field(box, "*"), data[0]), on_loaded, data)


def take(s: State, name: str, site: Site, dotted: str, alone: bool = False) -> None:
    """A module and those below it (not if it is loaded `alone`) are loaded, and what of the library is in there is
    kept."""
    taken = s.tables[LoadedPackages].taken
    below = beginning(s.program, name + ".") if s.program.modules[name].is_package and not alone else []
    if len(below) > MAX_LOADED:
        s.widened["modules below one that is loaded"] = None
        below = []
    registry = registry_of(s, dotted)
    package = s.rows[registry].dotted.partition("#")[0]
    for module in (name, *below):
        if (package, module, site) in taken:
            continue
        taken[package, module, site] = None
        load(s, module, site)
        value = s.of(MODULE, module)
        keeps(s, registry, s.field(value, "#marked"), 0)
        kept = s.variable()
        keeps(s, registry, kept, 0)
        for bound in sorted(module_names(s, module)):
            s.watch(s.field(value, bound), on_defined, (kept, package))


@sees(CLASS)
def on_defined(s: State, data: tuple[Var, str], value: Value) -> None:
    """A class in a module that the library loads: it is the library's if it is below one of its classes."""
    kept, package = data
    classes.depends(s, value, on_defined, data, value)
    if any(s.rows[e].dotted.partition(".")[0] == package for e in classes.outside_bases(s, value)):
        s.add(kept, value)


def load_all_named(s: State, last: str, site: Site, dotted: str) -> None:
    """All modules of one last name are loaded."""
    for name in modules_named(s, last, MAX_LOADED):
        take(s, name, site, dotted)


def load_settings(s: State, var: Var, site: Site, dotted: str) -> None:
    """What a variable holds is a module of settings."""
    s.watch(var, on_settings, (site, dotted))


def load_all_settings(s: State, last: str, site: Site, dotted: str) -> None:
    """All modules of one last name are settings."""
    for name in modules_named(s, last, MAX_SETTINGS):
        on_settings(s, (site, dotted), s.of(MODULE, name))


def modules_named(s: State, last: str, most: int) -> list[str]:
    """The modules of one last name, none where there are more than so many."""
    s.steps += len(s.program.modules)
    found = sorted(name for name in s.program.modules if name.rpartition(".")[2] == last)
    return found if len(found) <= most else []


@sees(MODULE)
def on_settings(s: State, data: tuple[Site, str], value: Value) -> None:
    """One module of settings."""
    site, dotted = data
    module = s.rows[value].name
    load(s, module, site)
    for name in sorted(module_names(s, module)):
        if name.isidentifier():
            s.watch(s.field(value, name), on_setting, (site, dotted, module, 0))


ALONE = frozenset(("django",))
"""The frameworks for which a module in the settings is that module, and not what lies below it."""


@sees(STR, BOX)
def on_setting(s: State, data: tuple[Site, str, str, int], value: Value) -> None:
    """One value of the settings: a text names something, a container has such texts, also as its keys."""
    site, dotted, module, depth = data
    if s.kinds[value] == BOX:
        if depth < MAX_DEPTH:
            inner = (site, dotted, module, depth + 1)
            s.watch(s.field(value, "*"), on_setting, inner)
            if s.rows[value].box_kind not in SEQUENCES:
                s.watch(s.field(value, "keys"), on_setting, inner)
        return
    if s.kinds[value] == STR:
        text = s.rows[value].text.replace(":", ".")
        if text != module and text in s.program.modules:
            take(s, text, site, dotted, dotted in ALONE)
            return
        source = named_object(s, value, site) if is_dotted(text) else NOWHERE
        if source:
            keeps(s, registry_of(s, dotted), source, 0)
