"""Which actions a change can affect: a file that nothing on the way from an action's modules imports costs no trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program import imports
from code_path_audit.program.model import Program


def import_closure(program: Program, entry_points: Iterable[str]) -> frozenset[str]:
    """Every module name that an action could reach by imports, also of modules that do not exist.

    More than is ever called: a name in a string that is a module counts as imported, and so do the packages around a
    module. A module that is missing is in it by the name that asked for it, so its coming and going counts.
    """
    front = [name for entry in entry_points for name in _entry_modules(program, entry)]
    return imports.import_closure(program, front, lambda module: _imports(program, module))


def _entry_modules(program: Program, entry: str) -> Iterator[str]:
    """The modules that an entry point may lie in, whether or not they exist."""
    dotted = entry.replace(":", ".")
    literal = dotted
    for wildcard in "*?[":
        literal = literal.partition(wildcard)[0]
    if literal == dotted:
        parts = dotted.split(".")
        yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
        return
    for module in program.modules:
        if module.startswith(literal) or literal.startswith(module + ".") or literal == module:
            yield module


def _imports(program: Program, module: ModuleFacts) -> Iterator[str]:
    yield from imports.imported_names(module)
    for text in module.strings:
        # what is loaded by name: importlib.import_module("shop.plugins"), "shop.cart:total"
        named = text.partition(":")[0]
        while named and named not in program.modules:
            named = named.rpartition(".")[0]
        if named:
            yield named


def names_file(program: Program, closure: frozenset[str], paths: Iterable[str]) -> bool:
    """Whether a module of the closure has the name of one of these files in a constant: its size may count."""
    names = {path.rpartition("/")[2] for path in paths}
    return any(
        text.rpartition("/")[2] in names
        for name in sorted(closure)
        if name in program.modules
        for text in program.modules[name].strings
    )


def names_of_path(path: str) -> frozenset[str]:
    """Every module name that a file could have, whichever folder is its source root."""
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return frozenset(".".join(parts[start:]) for start in range(len(parts)))


def touches(changed: Iterable[str], closure: frozenset[str], modules: Mapping[str, str]) -> bool:
    """Whether a change of these files (relative to the project root) can change what the closure's modules do.

    `modules` gives the module of each file there is.
    """
    for path in changed:
        if path in modules:
            if modules[path] in closure:
                return True
        elif not closure.isdisjoint(names_of_path(path)):
            return True
    return False
