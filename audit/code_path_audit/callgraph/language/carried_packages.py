"""Packages of others that the source carries along in a folder of its own, and imports by their own names.

`import lark` in `shop.text.parser`, where there is a `shop/_vendor/lark`: the program puts such a folder on `sys.path`,
or has its imports go there. The folder is looked for in the packages around the module that imports, innermost first,
by the names that people give to it. Wrong, by edges too many, where the package is installed besides, and the folder is
not used.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.loading import CARRYING, carried_at
from code_path_audit.callgraph.solver.state import State


class CarriedPackages:
    """What was found."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, str], str] = {}
        """By the package that imports and the top-level name: the name in the source, or "" for none."""


def carried(s: State, importer: str, dotted: str) -> str:
    """The name that a module has in the source which another imports as `dotted`; that itself for any other."""
    top = dotted.partition(".")[0]
    if top in s.program.modules or s.stubs.is_stdlib(top):
        return dotted
    package = importer.rpartition(".")[0]
    known = s.tables[CarriedPackages].of
    found = known.get((package, top))
    if found is None:
        found = known[package, top] = look_up(s, package, top)
    return found + dotted[len(top) :] if found else dotted


def look_up(s: State, package: str, top: str) -> str:
    """The package of that name in such a folder around a package, or ""; what lies in the folder has it around, too."""
    around = package
    while around:
        s.steps += len(CARRYING)
        for name in carried_at(around, top):
            if name in s.program.modules:
                return name
        around = around.rpartition(".")[0]
    return ""
