"""Managers of plugins (stevedore and its like): objects that load what the packages declare for a group.

What came out of a manager (an element, a result) has the declared objects in some attribute. Which classes are
managers, and which attributes these are, stands in the tables (`behaviours`). Assumes, as for `importlib.metadata`,
that the declarations beside the source are those of the installation; any plugin of the group may be meant.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.holders import family
from code_path_audit.callgraph.state import Call, Read, State
from code_path_audit.callgraph.values import MODULE, STR


def make(s: State, call: Call, made: int) -> None:
    """A manager is made: any of its arguments may name the group."""
    s.managers.setdefault(made, s.variable())
    for var in (*(v for v, _ in call.pos), *(v for _, v in call.kw)):
        s.watch(var, on_group, (call, made))


def on_group(s: State, data: tuple[Call, int], value: int) -> None:
    """The plugins of one group are loaded."""
    call, made = data
    if s.kinds[value] != STR:
        return
    for group, _, path in s.program.entry_points:
        module, _, attribute = path.partition(":")
        if group == s.rows[value][1] and module in s.program.modules:
            load(s, module, call.aid, call.site)
            source = s.variable()
            s.add(source, s.of(MODULE, module))
            for name in attribute.split(".") if attribute else ():
                out = s.variable()
                s.watch(source, s.read, (out, name, call.aid, call.site))
                source = out
            s.flow(source, s.managers[made])


def read_plugin(s: State, data: Read, base: int) -> None:
    """An attribute of what came from a manager: the declared objects, or what calling them gives."""
    dst, name, aid, site = data
    behaviour = s.behaviours.of(f"{s.rows[base][1]}.{name}")
    if behaviour not in ("plugin", "plugin object"):
        return
    targets = s.managers.get(family(s, base))
    if targets is None:
        return
    if behaviour == "plugin":
        s.flow(targets, dst)
    else:
        s.watch(targets, on_plugin, Call(aid, site, dst, (), (), "callback"))


def on_plugin(s: State, call: Call, value: int) -> None:
    """A plugin that its manager called."""
    s.apply(s, call, value)
