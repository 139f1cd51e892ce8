"""Imports of packages whose import is work: pandas takes longer than most that a program does with it.

Each is an external call named for the package, where no module has it that is loaded before the action begins; it runs
once for each action, whatever is around it. Assumes that the packages are installed, and not imported by one another.
"""

from __future__ import annotations

from code_path_audit.callgraph.solver.abstract_values import EXT
from code_path_audit.callgraph.solver.ids import Site
from code_path_audit.callgraph.solver.state import Fetch, State
from code_path_audit.facts import opcodes as op


class OutsideImports:
    """What is imported before an action begins."""

    def __init__(self) -> None:
        self.roots: tuple[str, ...] = ()
        """The entry points: `solve` sets them."""
        self.before: frozenset[str] | None = None
        """The costly packages among it, once somebody asked."""


def imported(s: State, dotted: str, site: Site) -> None:
    """import pandas, from matplotlib import pyplot"""
    package = costly(s, dotted)
    if package and site.place >= 0:
        s.later(on_import, package, site)


def costly(s: State, dotted: str) -> str:
    """The package of an import that is work, "" where it is none: the nearest that a library model names."""
    if dotted.partition(".")[0] not in s.behaviours.packages:
        return ""
    name = s.behaviours.canonical(dotted)
    while name and name not in s.behaviours.imports:
        name = name.rpartition(".")[0]
    return name


def on_import(s: State, package: str, site: Site) -> None:
    """One import, once all else is followed."""
    table = s.tables[OutsideImports]
    if table.before is None:
        table.before = frozenset(before(s, table.roots))
    fid = s.a_function[site.activation]
    is_body = s.facts[fid].kind == "module"
    if (package in table.before and not is_body) or not table.roots:
        return
    s.calls_external(site, package, "import")
    owner = s.of(EXT, package)
    first = s.function(table.roots[0])
    s.fetched.setdefault((fid, site.place, package), {})[Fetch(owner, "import", (first, -1))] = None


def before(s: State, roots: tuple[str, ...]) -> set[str]:
    """What the modules around the entry points import at their top, and those that these import."""
    found: set[str] = set()
    todo = list(dict.fromkeys(s.program.functions[root][0] for root in roots))
    seen = set(todo)
    for module in todo:
        for row in s.program.modules[module].functions[0].code:
            if row[0] not in (op.IMPORT, op.IMPORT_FROM) or row[-1] < 0:
                continue
            names = [row[2]] if row[0] == op.IMPORT else [row[2], f"{row[2]}.{row[3]}"]
            found.update(filter(None, (costly(s, name) for name in names)))
            for name in names:
                if name in s.program.modules and name not in seen:
                    seen.add(name)
                    todo.append(name)
    return found
