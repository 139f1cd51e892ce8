"""Classes of modules that are loaded at run time, which the program picks by a class that they derive from.

A plugin manager loads files, looks through what they define, and keeps what is below a class of its own
(`issubclass(found, Plugin)`). Where the program loads modules that no text names, every module of the source that
imports such a class, or one below it, may be among them: it is loaded, and the classes that it derives pass the test.

Wrong, by edges too many, for modules that import the class and are never loaded; by edges too few for files outside of
the source, and for what is picked by its name.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap.classes import with_subclasses
from code_path_audit.callgraph.heap.containers import all_field
from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.library.text_imports import TextImports
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, FUNC
from code_path_audit.callgraph.solver.ids import Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State

LOADERS = frozenset((
    "_frozen_importlib.module_from_spec", "importlib.util.module_from_spec", "imp.load_source", "runpy.run_path",
))  # fmt: skip
"""Functions that make a module which no import names."""

MAX_LOADED = 300
"""Modules that import one such class: of more, none is meant."""


class LoadedClasses:
    """Classes that are picked."""

    def __init__(self) -> None:
        self.picked: dict[tuple[Var, Value], None] = {}
        """What gets the classes that pass a test, and the class that they are to be below."""
        self.asking: dict[Function, dict[Var, None]] = {}
        """What functions test classes against: `issubclass(found, Plugin)`."""
        self.kept: dict[Function, dict[Var, None]] = {}
        """What gets the members of a loaded module that a function lets pass."""
        self.came_up: int = 0
        """How much of what was found outside was looked at (`State.came_up`)."""
        self.loading: list[Site] = []
        """Where modules are loaded by one of `LOADERS`."""
        self.importers: dict[Value, set[str]] = {}
        """The modules that import a class."""


@sees(CLASS, BOX)
def on_wanted(s: State, dst: Var, base: Value) -> None:
    """One class that a class of which nothing is known is to be below, or a tuple of them."""
    if s.kinds[base] == BOX:
        s.watch(all_field(s, base), on_wanted, dst)
    else:
        s.tables[LoadedClasses].picked[dst, base] = None


def tested(s: State, site: Site, base: Var) -> None:
    """issubclass(found, base) in a function, which may be a predicate."""
    table, function = s.tables[LoadedClasses], s.a_function[site.activation]
    table.asking.setdefault(function, {})[base] = None
    for dst in table.kept.get(function, ()):
        s.watch(base, on_wanted, dst)


@sees(FUNC)
def on_predicate(s: State, dst: Var, value: Value) -> None:
    """inspect.getmembers(loaded, predicate)"""
    keeps_classes(s, s.rows[value].function, dst)


def keeps_classes(s: State, function: Function, dst: Var) -> None:
    """What passes the tests in a function, that of a predicate or one that goes through the members itself."""
    table = s.tables[LoadedClasses]
    table.kept.setdefault(function, {})[dst] = None
    for base in table.asking.get(function, ()):
        s.watch(base, on_wanted, dst)


def from_loaded_classes(s: State) -> bool:
    """Evidence: the classes that a module may have which is loaded at run time."""
    table = s.tables[LoadedClasses]
    sites = loading_sites(s) if table.picked else []
    if not sites:
        return False
    for dst, base in table.picked:
        below = with_subclasses(s, base)
        modules = {m for cls in below for m in importers_of_class(s, cls)}
        s.steps += len(below) + len(modules)
        if len(modules) > MAX_LOADED:
            s.widened["modules that import one class"] = None
            continue
        for module in sorted(modules):
            if module not in s.module_aids:
                for site in sites:
                    load(s, module, site)
        for cls in below:
            s.add(dst, cls)
    return s.busy()


def loading_sites(s: State) -> list[Site]:
    """Where modules are loaded that no text names."""
    table = s.tables[LoadedClasses]
    s.steps += len(s.external)
    new, table.came_up = s.came_up[table.came_up :], len(s.came_up)
    if not LOADERS.isdisjoint(new):
        # each place once: a call has one loader
        found = [site for site, rows in s.external.items() for dotted, _ in rows if dotted in LOADERS]
        table.loading = list(dict.fromkeys(found))
    return table.loading or [call.site for call in s.tables[TextImports].blind]


def importers_of_class(s: State, cls: Value) -> set[str]:
    """The modules that import a class of the source; looked for once."""
    found = s.tables[LoadedClasses].importers.get(cls)
    if found is None:
        found = s.tables[LoadedClasses].importers[cls] = importers(s, s.names[s.rows[cls].function])
    return found


def importers(s: State, name: str) -> set[str]:
    """The modules that import a name of the source, also by a package around it that imports it itself:
    `from shop.plugin import Plugin` in shop/__init__.py, so others import shop.Plugin."""
    found: set[str] = set()
    names = {name: None}
    for one in (todo := [name]):
        for module in s.importers.of(one):
            found.add(module)
            alias = f"{module}.{one.rpartition('.')[2]}"
            if one.startswith(f"{module}.") and alias not in names:
                names[alias] = None
                todo.append(alias)
    return found
