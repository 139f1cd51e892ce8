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


def importers_of(modules: Iterable[tuple[str, ModuleFacts]]) -> dict[str, set[str]]:
    """The modules that import each module of the source, and each library, by name: whoever imports something of a
    module imports that, and the packages around it."""
    found: dict[str, set[str]] = {}
    for module, facts in modules:
        for name in imported_names(facts):
            while name and module not in found.setdefault(name, set()):
                found[name].add(module)
                name = name.rpartition(".")[0]
    return found


def users_of(
    importing: Callable[[str], Iterable[str]], names: Iterable[str], but: Container[str] = ()
) -> frozenset[str]:
    """The modules that import something of that name, or such a module; `but` some, and what only they lead to.
    `importing` gives the modules that import one name."""
    found: set[str] = set()
    front = list(names)
    while front:
        new = {name for name in importing(front.pop()) if name not in found and name not in but}
        found |= new
        front += new
    return frozenset(found)
