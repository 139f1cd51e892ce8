"""Hooks of pluggy: `manager.hook.name(key=value)` calls each plugin's function of that name with what it takes.

Plugins are functions that a marker decorated, in modules and on objects: a row of the library model says that they are
kept. What a hook gives is the list of what they gave, or the first of it. Assumes that every such function that is
loaded is registered; wrong, by edges too many, for plugins that are blocked or taken out again.
"""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.library.holders import groups_of
from code_path_audit.callgraph.library.loaded_packages import registry_of
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import FUNC, INST
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts.function import FunctionFacts

HOOKS = "pluggy.PluginManager.hook."
"""What is in front of the name of a hook."""


def hook_of(s: State, dotted: str) -> str:
    """The name of the hook that a dotted name stands for, or ""."""
    if ".hook." not in dotted:
        return ""
    name = s.behaviours.canonical(dotted).removeprefix(HOOKS)
    return name if name.isidentifier() else ""


def call_hook(s: State, call: Call, name: str) -> bool:
    """manager.hook.name(key=value)"""
    s.answer(call.site)
    s.calls_external(call.site, HOOKS + name, call.kind)
    result = s.variable()
    box = s.box("list", (call.site, "hook"))
    containers.put(s, box, None, result)
    if call.dst:
        s.add(call.dst, box)
        s.flow(result, call.dst)
    inner = Call(call.site, result, (), call.kw, "callback", Evidence.LIKELY)
    for group in list(groups_of(s, registry_of(s, HOOKS))):
        s.watch(group, on_plugin, (name, inner))
    return True


@sees(FUNC, INST)
def on_plugin(s: State, data: tuple[str, Call], value: Value) -> None:
    """One function of a plugin, or an object that is one."""
    name, call = data
    if s.kinds[value] == INST:
        found = classes.find(s, s.rows[value].cls, name)
        if isinstance(found, classes.Own):
            s.watch(found.var, on_method, (value, call))
        return
    facts = s.facts[s.rows[value].function]
    if facts.name.rpartition(".")[2] == name and not (facts.params and facts.params[0].name == "self"):
        s.apply(s, taken(call, facts), value)


@sees(FUNC)
def on_method(s: State, data: tuple[Value, Call], value: Value) -> None:
    """A method of an object that is a plugin."""
    plugin, call = data
    s.apply(s, taken(call, s.facts[s.rows[value].function]), s.bound_method(value, plugin))


def taken(call: Call, facts: FunctionFacts) -> Call:
    """A call with those of its arguments that a function takes."""
    names = {param.name for param in facts.params}
    return call._replace(kw=tuple(row for row in call.kw if row[0] is None or row[0] in names))
