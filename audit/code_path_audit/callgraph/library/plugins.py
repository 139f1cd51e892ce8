"""Plugins: importlib.metadata.entry_points() gives what the packages declare, and load() the object behind a name.

So do managers of plugins (stevedore and its like): objects that load what the packages declare for a group. What came
out of a manager (an element, a result) has the declared objects in some attribute. Which classes are managers, and
which attributes these are, stands in the tables (`behaviours`).

Assumes that the declarations found beside the source are those of the installation. Where the group is not constant,
any declared entry point of the source may be meant.
"""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.heap.modules import load as load_module
from code_path_audit.callgraph.library.holders import ancestors
from code_path_audit.callgraph.solver.abstract_values import MODULE, STR, XINST
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.state import Call, Read, State

GROUP = "importlib.metadata.EntryPoints"
POINT = "importlib.metadata.EntryPoint"
DISTRIBUTIONS = ("importlib.metadata.Distribution", "importlib.metadata.PathDistribution")


class Managers:
    """Managers of plugins."""

    def __init__(self) -> None:
        self.loaded: dict[Value, Var] = {}
        """The objects that a manager loads."""


class EntryPoints(NamedTuple):
    """The key of a collection of entry points: their group, "" where it is not known."""

    group: str


class EntryPoint(NamedTuple):
    """The key of an entry point: what it stands for, "module:name"."""

    path: str


def group_of(s: State, value: Value) -> str:
    """The group of a collection of entry points."""
    key = s.rows[value].key
    return key.group if isinstance(key, EntryPoints) else ""


def entry_points(s: State, call: Call, value: Value) -> bool:
    """entry_points(), entry_points(group="g"), iter_entry_points("g")"""
    selected(s, call, "")
    return True


def select(s: State, call: Call, value: Value) -> bool:
    """.select(group="g", name="n"), .get("g"), ["g"]"""
    base = s.rows[value].receiver
    selected(s, call, group_of(s, base))
    return True


def selected(s: State, call: Call, known: str) -> None:
    """The value for a group that the arguments name."""
    group = next((var for name, var in call.kw if name == "group"), None)
    if group is None and call.pos and not known:
        group = call.pos[0][0]
    if group is None or known:
        s.add(call.dst, s.of(XINST, GROUP, (), EntryPoints(known)))
        return
    s.watch(group, on_group, call)
    s.when_empty(group, on_any_group, call)


def on_group(s: State, call: Call, value: Value) -> None:
    """One name of a group."""
    name = s.rows[value].text if s.kinds[value] == STR else ""
    s.add(call.dst, s.of(XINST, GROUP, (), EntryPoints(name)))


def on_any_group(s: State, call: Call) -> None:
    """A name of which nothing is known."""
    s.add(call.dst, s.of(XINST, GROUP, (), EntryPoints("")))


def is_group(s: State, value: Value) -> bool:
    """Whether a value is a collection of entry points."""
    row = s.rows[value]
    return row.kind == XINST and row.dotted == GROUP and bool(row.key)


def is_distribution(s: State, value: Value) -> bool:
    """Whether a value is an installed package, with all that it declares."""
    return s.rows[value].dotted in DISTRIBUTIONS


def elements(s: State, value: Value, target: Var) -> None:
    """The entry points of a group whose targets are in the source."""
    group = group_of(s, value)
    for name, _, path in s.program.entry_points:
        if group in ("", name) and path.partition(":")[0] in s.program.modules:
            s.add(target, s.of(XINST, POINT, (), EntryPoint(path)))


def load(s: State, call: Call, value: Value) -> bool:
    """entry_point.load()"""
    base = s.rows[value].receiver
    point = s.rows[base].key if s.kinds[base] == XINST else None
    if not isinstance(point, EntryPoint):
        return False
    module, _, attribute = point.path.partition(":")
    load_module(s, module, call.site)
    out = s.of(MODULE, module)
    if not attribute:
        s.add(call.dst, out)
        return True
    first, *rest = attribute.split(".")
    target = s.variable() if rest else call.dst
    s.read(s, Read(target, first, call.site), out)
    for index, name in enumerate(rest):
        after = call.dst if index == len(rest) - 1 else s.variable()
        s.watch(target, s.read, Read(after, name, call.site))
        target = after
    return True


PLUGIN_MODELS = {
    "importlib.metadata.entry_points": entry_points, "importlib_metadata.entry_points": entry_points,
    "pkg_resources.iter_entry_points": entry_points, f"{GROUP}.select": select, f"{GROUP}.get": select,
    f"{GROUP}.__getitem__": select, f"{POINT}.load": load,
}  # fmt: skip


def make(s: State, call: Call, made: Value) -> None:
    """A manager is made: any of its arguments may name the group."""
    s.tables[Managers].loaded.setdefault(made, s.variable())
    for var in (*(v for v, _ in call.pos), *(v for _, v in call.kw)):
        s.watch(var, on_managers_group, (call, made))


def on_managers_group(s: State, data: tuple[Call, Value], value: Value) -> None:
    """The plugins of one group are loaded."""
    call, made = data
    if s.kinds[value] != STR:
        return
    for group, _, path in s.program.entry_points:
        module, _, attribute = path.partition(":")
        if group == s.rows[value].text and module in s.program.modules:
            load_module(s, module, call.site)
            source = s.variable()
            s.add(source, s.of(MODULE, module))
            for name in attribute.split(".") if attribute else ():
                out = s.variable()
                s.watch(source, s.read, Read(out, name, call.site))
                source = out
            s.flow(source, s.tables[Managers].loaded[made])


def read_plugin(s: State, data: Read, base: Value) -> None:
    """An attribute of what came from a manager: the declared objects, or what calling them gives."""
    dst, name, site = data
    behaviour = s.behaviours.of(f"{s.rows[base].dotted}.{name}")
    if behaviour not in ("plugin", "plugin object"):
        return
    loaded = s.tables[Managers].loaded
    for targets in (loaded[manager] for manager in ancestors(s, base) if manager in loaded):
        if behaviour == "plugin":
            s.flow(targets, dst)
        else:
            s.watch(targets, on_plugin, Call(site, dst, (), (), "callback"))


def on_plugin(s: State, call: Call, value: Value) -> None:
    """A plugin that its manager called."""
    s.apply(s, call, value)
