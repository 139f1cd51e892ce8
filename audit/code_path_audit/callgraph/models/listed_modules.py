"""Models: modules that `pkgutil` lists.

`for _, name, _ in pkgutil.walk_packages(package.__path__, package.__name__ + ".")` gives the names of the modules below
a package of the source. One list of one tuple stands for all of them. A prefix is taken for the name of the package,
which it is wherever somebody imports by these names. Without one they are those below the package, and what is imported
by them is a matter of how a text begins (`library.text_imports`), as it is for folders of which nothing is known.
"""

from __future__ import annotations

from code_path_audit.callgraph.functions.arguments import argument
from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.library import text_imports
from code_path_audit.callgraph.library.stub_values import add_type
from code_path_audit.callgraph.solver.abstract_values import STR, XINST
from code_path_audit.callgraph.solver.ids import NOWHERE, Value, Var
from code_path_audit.callgraph.solver.state import Call, Model, State
from code_path_audit.program.dependencies import beginning

MAX_LISTED = 300
"""Modules below one package: of more, only that they are texts is known."""


def lists(s: State, call: Call, value: Value) -> bool:
    """pkgutil.iter_modules(package.__path__, "shop.plugins."), walk_packages."""
    text_imports.lists_packages(s)
    path = argument(call, 0, "path")
    if path is None or not call.dst:
        return False
    prefix = argument(call, 1, "prefix") or NOWHERE
    s.watch(path, on_path, (call, s.rows[value].dotted, prefix))
    s.when_empty(path, on_unknown, (call, s.rows[value].dotted))
    return True


def on_unknown(s: State, data: tuple[Call, str]) -> None:
    """Folders of which nothing is known: as the stubs have it."""
    call, dotted = data
    entry = s.stubs.lookup(dotted)
    if entry is not None:
        add_type(s, s.stubs.returns(entry), call.dst, dotted)


def on_path(s: State, data: tuple[Call, str, Var], value: Value) -> None:
    """One value of the folders: those of a package of the source are known by its `__path__`."""
    call, dotted, prefix = data
    package = path_of(s, value)
    if package is None:
        on_unknown(s, (call, dotted))
        return
    below = [name[len(package) + 1 :] for name in beginning(s.program, package + ".")]
    listed = [name for name in below if dotted == "pkgutil.walk_packages" or "." not in name]
    if len(listed) > MAX_LISTED:
        s.widened["modules below one that is listed"] = None
        on_unknown(s, (call, dotted))
        return
    info = s.box("tuple", (call.site, "modules"))
    found = s.box("list", (call.site, "modules"))
    finder, names, is_package = (containers.key_field(s, info, f"=i:{index}") for index in range(3))
    s.add(finder, s.instance("importlib.abc.PathEntryFinder"))
    s.add(is_package, s.instance("builtins.bool"))
    s.flow(finder, s.field(info, ".module_finder"))
    s.flow(names, s.field(info, ".name"))
    s.flow(is_package, s.field(info, ".ispkg"))
    one = s.variable()
    s.add(one, info)
    containers.put(s, found, None, one)
    s.add(call.dst, found)
    for name in listed:
        s.add(names, s.of(STR, f"{package}.{name}" if prefix else name))


def path_of(s: State, value: Value) -> str | None:
    """The package of the source whose `__path__` a value is."""
    key = s.rows[value].key if s.kinds[value] == XINST else None
    return str(key[1]) if isinstance(key, tuple) and key[:1] == ("__path__",) else None


LISTING_MODELS: dict[str, Model] = {"pkgutil.iter_modules": lists, "pkgutil.walk_packages": lists}
