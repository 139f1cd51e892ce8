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
from code_path_audit.callgraph.model import Evidence
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
    """The key of a collection of entry points: their group and name, "" for any. `is_one`: of one name, which is not
    known."""

    group: str
    name: str
    is_one: bool = False


class EntryPoint(NamedTuple):
    """The key of an entry point: what it stands for, "module:name", and whether it is one of several by a name that is
    not known."""

    path: str
    is_one: bool = False


ALL = EntryPoints("", "")


def collection(s: State, key: EntryPoints = ALL) -> Value:
    """The entry points of a group, and of a name."""
    return s.of(XINST, GROUP, (), key)


def key_of(s: State, value: Value) -> EntryPoints:
    """The group and name of a collection of entry points."""
    key = s.rows[value].key
    return key if isinstance(key, EntryPoints) else ALL


def entry_points(s: State, call: Call, value: Value) -> bool:
    """entry_points(), entry_points(group="g", name="n"), iter_entry_points("g", "n")"""
    narrow(s, (call.dst, ALL, wanted(call, ("group", "name"))))
    return True


def select(s: State, call: Call, value: Value) -> bool:
    """.select(group="g", name="n")"""
    narrow(s, (call.dst, key_of(s, s.rows[value].receiver), wanted(call, ())))
    return True


Wanted = tuple[tuple[str, Var], ...]
"""Arguments that name a "group" or a "name", each with its variable."""

Selection = tuple[Var, EntryPoints, Wanted]
"""Entry points that are being selected: where they go, what is known, and the arguments still to be looked at."""


def wanted(call: Call, positional: tuple[str, ...]) -> Wanted:
    """The arguments of a call that select entry points."""
    given = {name: var for name, var in call.kw if name is not None}
    given.update((name, var) for name, (var, star) in zip(positional, call.pos, strict=False) if not star)
    return tuple((name, given[name]) for name in ("group", "name") if name in given)


def narrow(s: State, data: Selection) -> None:
    """Look at the next argument; the entry points that all of them leave."""
    dst, known, rest = data
    if not rest:
        s.add(dst, collection(s, known))
        return
    s.watch(rest[0][1], on_text, data)
    s.when_empty(rest[0][1], on_any, data)


def on_text(s: State, data: Selection, value: Value) -> None:
    """One value of an argument."""
    dst, known, rest = data
    if s.kinds[value] == STR:
        text = s.rows[value].text
        known = known._replace(group=text) if rest[0][0] == "group" else known._replace(name=text)
        narrow(s, (dst, known, rest[1:]))
    else:
        on_any(s, data)


def on_any(s: State, data: Selection) -> None:
    """An argument of which nothing is known."""
    dst, known, rest = data
    narrow(s, (dst, known._replace(is_one=True) if rest[0][0] == "name" else known, rest[1:]))


def by_item(s: State, call: Call, value: Value) -> bool:
    """["g"] and .get("g", default) of all entry points, until Python 3.12; ["n"] of those of a group."""
    base = s.rows[value].receiver
    for var, _ in call.pos[:1]:
        s.watch(var, on_item, (call.dst, base))
        s.when_empty(var, on_any_item, (call.dst, base))
    for var, _ in call.pos[1:2]:
        s.flow(var, call.dst)
    return True


def on_item(s: State, data: tuple[Var, Value], value: Value) -> None:
    """One key: a group, or a name."""
    dst, base = data
    known = key_of(s, base)
    if s.kinds[value] != STR:
        on_any_item(s, data)
        return
    text = s.rows[value].text
    if not known.group and any(group == text for group, _, _ in s.program.entry_points):
        s.add(dst, collection(s, known._replace(group=text)))
    else:
        elements(s, collection(s, known._replace(name=text)), dst)


def on_any_item(s: State, data: tuple[Var, Value]) -> None:
    """A key of which nothing is known, or a number."""
    dst, base = data
    elements(s, base, dst)
    if not key_of(s, base).group:
        s.add(dst, base)


def is_group(s: State, value: Value) -> bool:
    """Whether a value is a collection of entry points."""
    row = s.rows[value]
    return row.kind == XINST and row.dotted == GROUP and bool(row.key)


def is_distribution(s: State, value: Value) -> bool:
    """Whether a value is an installed package, with all that it declares."""
    return s.rows[value].dotted in DISTRIBUTIONS


def elements(s: State, value: Value, target: Var) -> None:
    """The entry points of a group whose targets are in the source."""
    known = key_of(s, value)
    found = [
        path for group, name, path in s.program.entry_points
        if known.group in ("", group) and known.name in ("", name) and path.partition(":")[0] in s.program.modules
    ]  # fmt: skip
    for path in found:
        s.add(target, s.of(XINST, POINT, (), EntryPoint(path, known.is_one and len(found) > 1)))


def load(s: State, call: Call, value: Value) -> bool:
    """entry_point.load()"""
    base = s.rows[value].receiver
    point = s.rows[base].key if s.kinds[base] == XINST else None
    if not isinstance(point, EntryPoint):
        return False
    module, _, attribute = point.path.partition(":")
    load_module(s, module, call.site, Evidence.LIKELY if point.is_one else Evidence.CERTAIN)
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
    "pkg_resources.iter_entry_points": entry_points, f"{GROUP}.select": select, f"{GROUP}.get": by_item,
    f"{GROUP}.__getitem__": by_item, f"{POINT}.load": load,
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
