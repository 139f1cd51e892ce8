"""What a module may import, and all that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program.model import Program


def imported_names(module: ModuleFacts) -> Iterable[str]:
    """Every dotted name that an import statement anywhere in a module may load, also of modules that do not exist."""
    return module.header.imports


def imports_any(module: ModuleFacts, packages: Container[str]) -> bool:
    """Whether a module imports one of some packages, or something of it."""
    return any(name.partition(".")[0] in packages for name in module.header.imports)


def import_closure(
    program: Program, modules: Iterable[str], imported: Callable[[ModuleFacts], Iterable[str]] = imported_names
) -> frozenset[str]:
    """Every module name that some modules reach by imports: the packages around each, and missing ones too.

    `imported` gives the names that a module asks for.
    """
    names: set[str] = set()
    front = list(modules)
    while front:
        name = front.pop()
        if name in names:
            continue
        names.add(name)
        parent = name.rpartition(".")[0]
        if parent:
            front.append(parent)
        module = program.modules.get(name)
        if module is not None:
            front.extend(found for found in imported(module) if found not in names)
    return frozenset(names)
