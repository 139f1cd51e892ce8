"""Which actions a change can affect: a file that nothing on the way from an action's modules imports costs no trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from code_path_audit.config import OWN_FILE, PYPROJECT, ActionConfig, Config
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program import imports
from code_path_audit.program.dependencies import beginning
from code_path_audit.program.model import Program
from code_path_audit.program.names import dotted_start
from code_path_gate.measuring import cache
from code_path_gate.measuring.actions import Actions
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.states.comparison import Comparison
from code_path_gate.states.state import baseline_path


def affected(
    compared: Comparison, chosen: tuple[ActionConfig, ...], now: Actions, earlier: Earlier, baselines: str, reports: str
) -> tuple[ActionConfig, ...]:
    """Those of some actions that the change can affect, and those without a baseline.

    `baselines` and `reports` are the folders of what the gate writes.
    """
    if compared.changed is None or _all_affected(compared, earlier):
        return chosen
    changed, config = compared.changed, compared.state.config
    python = [path for path in changed if path.endswith(".py") and _in_source(path, config)]
    ours = (OWN_FILE, PYPROJECT, baselines, reports)
    data = [path for path in changed if not path.endswith(".py") and not path.startswith(ours)]

    def is_affected(action: ActionConfig) -> bool:
        if baseline_path(baselines, action.name) in changed or compared.state.baseline(baselines, action.name) is None:
            return True
        if not (python or data):
            return False
        closure = _closure(now, (*action.entry_points, *_recorded(now, action)))
        paths = {file.path: file.module for file in now.files.tree.files}
        return touches(python, closure, paths) or (bool(data) and names_file(now.files.program(), closure, data))

    return tuple(action for action in chosen if is_affected(action))


def _closure(now: Actions, entry_points: tuple[str, ...]) -> frozenset[str]:
    return cache.names(now.files, [entry_points], lambda program: import_closure(program, entry_points))


def _recorded(now: Actions, action: ActionConfig) -> tuple[str, ...]:
    """The functions that recorded runs of an action called: no import need lead to them."""
    return tuple(edge.callee for edge in now.by.observations.edges if edge.action == action.name)


def _all_affected(compared: Comparison, earlier: Earlier) -> bool:
    config = compared.state.config
    whole = {*config.rule_files, config.model, config.observations}
    for path in compared.changed or ():
        if path in whole or (_in_source(path, config) and _is_submodule(path, compared)):
            return True
        if path in (OWN_FILE, PYPROJECT) and earlier.config != config:
            return True
    return False


def _is_submodule(path: str, compared: Comparison) -> bool:
    """Whether a changed path is a folder, now or before."""
    before = compared.before
    return compared.state.is_folder(path) or (before is not None and before.is_submodule(compared.prefix + path))


def _in_source(path: str, config: Config) -> bool:
    return any(root in (".", path) or path.startswith(root + "/") for root in config.source)


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


PLUGINS = ("importlib.metadata", "importlib_metadata", "pkg_resources", "stevedore", "pluggy")
"""Packages that load what the project's own files declare as plugins."""


ENDS_OF_PREFIXES = ("%", "{")
"""What stands behind a constant beginning in a text that is filled in; one to which something is added has no more."""


def _imports(program: Program, module: ModuleFacts) -> Iterator[str]:
    yield from imports.imported_names(module)
    if any(name == lib or name.startswith(lib + ".") for name in imports.imported_names(module) for lib in PLUGINS):
        yield from (target.partition(":")[0] for _, _, target in program.entry_points)
    for text in module.strings:
        yield from _named(program, text)


def _named(program: Program, text: str) -> Iterator[str]:
    """What may be loaded by a text: "shop.plugins", "shop.cart:total", "shop/cart.py", any below "shop.backends."."""
    path = text.removesuffix(".py").replace("/", ".") if text.endswith(".py") else text
    start = dotted_start(path)
    if "." in start and (path == start or path[len(start) :].startswith(ENDS_OF_PREFIXES)):
        yield from beginning(program, start)
    named = start.rstrip(".")
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
