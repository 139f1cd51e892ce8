"""Modules of the source: the names that they bind, importing them, and code that is evaluated in one."""

from __future__ import annotations

from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.ids import NO_ACTIVATION, NOWHERE, Activation, Site
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.program.names import bound_names


class ModuleNames:
    """The names that modules bind."""

    def __init__(self) -> None:
        self.of: dict[str, frozenset[str]] = {}
        """By module, also by star imports."""
        self.loaded: dict[str, tuple[str, ...]] = {}
        """The modules of the source that an import of a name loads: that, and the packages around it."""


def module_names(s: State, module: str) -> frozenset[str]:
    """The names that a module binds, also by star imports."""
    names = s.tables[ModuleNames]
    found = names.of.get(module)
    if found is not None:
        return found
    return bound_names(s.program, module, names.of, lambda: s.widened.setdefault("names of star imports"))


def load(s: State, dotted: str, site: Site, evidence: Evidence = Evidence.CERTAIN) -> None:
    """Import a module, and the packages around it."""
    loaded = s.tables[ModuleNames].loaded
    names = loaded.get(dotted)
    if names is None:
        parts = dotted.split(".")
        around = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
        names = loaded[dotted] = tuple([name for name in around if name in s.program.modules])
    for name in names:
        target = s.module_aids.get(name)
        if target is None:
            target = module_activation(s, name)
        # an edge that is there was found earlier, so on evidence that is as good
        is_new = site.place >= 0 and (target, "import") not in s.edges.get(site, ())
        if is_new and not is_running(s.modules[s.a_function[site.activation]], name):
            s.edge(Call(site, NOWHERE, (), (), "import", evidence), target)


def is_running(module: str, name: str) -> bool:
    """Whether a module runs already when another imports it: it is that module, or a package around it."""
    return module == name or module.startswith(name + ".")


def module_activation(s: State, name: str) -> Activation:
    """The activation of a module's body."""
    aid = s.module_aids.get(name)
    if aid is None:
        aid = s.module_aids[name] = s.activate(s.function(name), NO_ACTIVATION, ())
    return aid


MAX_EVALUATED = 2
"""How often evaluated code may evaluate code."""


def run_text(s: State, caller: Call, text: str) -> bool:
    """eval and exec of a constant: its code runs in the module of the caller, and counts as the caller's."""
    module = s.modules[s.a_function[caller.site.activation]]
    depth, around = 0, s.a_function[caller.site.activation]
    while around in s.synthetic:
        # code that evaluates code ends here: it may evaluate itself
        depth, around = depth + 1, s.a_function[s.synthetic[around][0]]
    if depth >= MAX_EVALUATED:
        return False
    try:
        facts = extract_module(text.strip().encode(), module).functions
    except Unparsable:
        return False
    fid = s.add_function(s.names[s.a_function[caller.site.activation]], facts[0], module)
    s.synthetic[fid] = caller.site
    aid = s.activate(fid, caller.site.activation, ())
    s.edge(Call(caller.site, NOWHERE, (), (), "call"), aid)
    for row in facts[0].code:
        if row[0] == op.STORE_GLOBAL:
            s.tables[ModuleNames].of[module] = module_names(s, module) | {row[1]}
    if facts[0].code and facts[0].code[-1][0] == op.CALL:
        s.flow(s.a_base[aid] + facts[0].code[-1][1], caller.dst)
    return True
