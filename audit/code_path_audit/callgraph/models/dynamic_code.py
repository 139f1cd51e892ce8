"""Models: code and modules by text: importlib.import_module, eval, exec."""

from __future__ import annotations

import keyword

from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.heap.modules import load, run_text
from code_path_audit.callgraph.library import text_imports
from code_path_audit.callgraph.library.holders import hold
from code_path_audit.callgraph.library.text_imports import import_object, of_file
from code_path_audit.callgraph.models.arguments import plain
from code_path_audit.callgraph.models.reflection import constant_prefix
from code_path_audit.callgraph.solver.abstract_values import BOX, EXT, MODULE, STR, XINST, XRES
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, State


def import_module(s: State, call: Call, value: Value) -> bool:
    """importlib.import_module("name"), __import__("name")"""
    for var in plain(call)[:1]:
        s.watch(var, on_import_name, (call, s.rows[value].dotted == "builtins.__import__", var))
        s.when_empty(var, on_no_import_name, call)
    return True


def on_import_name(s: State, data: tuple[Call, bool, Var], value: Value) -> None:
    """One module name, or how one begins; a name that begins with a dot is one below the package that is given."""
    call, is_top_only, var = data
    is_whole = s.kinds[value] == STR
    name = s.rows[value].text if is_whole else constant_prefix(s, value) or ""
    if not name.startswith(".") or is_top_only:
        on_whole_name(s, call, name, is_whole, is_top_only, var)
        return
    package = next((given for word, given in call.kw if word == "package"), next(iter(plain(call)[1:2]), None))
    if package is None:
        return  # raises TypeError
    s.watch(package, on_package, (call, var, name, is_whole))
    s.when_empty(package, on_no_package, (call, var, name, is_whole))


def on_package(s: State, data: tuple[Call, Var, str, bool], value: Value) -> None:
    """The package that a relative name is below; of what is no constant it is most often the caller's own."""
    call, var, name, is_whole = data
    if s.kinds[value] == STR:
        on_whole_name(s, call, absolute(name, s.rows[value].text), is_whole, False, var)
    else:
        on_no_package(s, data)


def on_no_package(s: State, data: tuple[Call, Var, str, bool]) -> None:
    """A relative name below a package that is not known: `__package__`."""
    call, var, name, is_whole = data
    module = s.modules[s.a_function[call.site.activation]]
    package = module if s.program.modules[module].is_package else module.rpartition(".")[0]
    on_whole_name(s, call, absolute(name, package), is_whole, False, var)


def absolute(name: str, package: str) -> str:
    """A relative name below a package: each dot but the first is a package further up; "" above all."""
    rest = name.lstrip(".")
    parts = package.split(".")
    above = len(name) - len(rest) - 1
    if not package or above >= len(parts):
        return ""
    return ".".join(filter(None, [*parts[: len(parts) - above], rest]))


def on_whole_name(s: State, call: Call, name: str, is_whole: bool, is_top_only: bool, var: Var) -> None:
    """One name of a module, or how one begins; `__import__` of nothing but a name gives the package at its top."""
    if not is_whole:
        on_no_import_name(s, call, name)
        return
    load(s, name, call.site)
    if is_top_only and len(call.pos) + len(call.kw) == 1:
        name = name.partition(".")[0]
    if name in s.program.modules or s.stubs.lookup(name) is not None:
        s.add(call.dst, s.module_value(name))
    elif is_importable(name):
        s.later(on_strange_name, (call, var), s.of(EXT, name))


def is_importable(name: str) -> bool:
    """Whether a text can be the name of a module outside of the source."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in name.split("."))


def on_strange_name(s: State, data: tuple[Call, Var], value: Value) -> None:
    """A name that no module is known to have. It is one where it is all that is imported there; among several texts,
    which come from all that settings hold, it may as well be the name of a host, and is told instead."""
    call, var = data
    names = [held for held in s.holds(var) if s.kinds[held] == STR and is_importable(s.rows[held].text)]
    if len(names) < 2:
        s.add(call.dst, value)
    else:
        s.unresolved(call.site, "dynamic import")


def on_no_import_name(s: State, call: Call, prefix: str = "") -> None:
    """A module name that is not constant."""
    s.unresolved(call.site, "dynamic import")
    text_imports.note(s, call, prefix)


def evaluate(s: State, call: Call, value: Value) -> bool:
    """eval and exec of a constant string are read; of anything else they are unresolved."""
    for var in plain(call)[:1]:
        s.watch(var, on_code, call)
        s.when_empty(var, on_code_unknown, call)
    return True


def on_code(s: State, call: Call, value: Value) -> None:
    """One piece of code."""
    if s.kinds[value] != STR:
        on_code_unknown(s, call)
        return
    if not run_text(s, call, s.rows[value].text):
        on_code_unknown(s, call)


def on_code_unknown(s: State, call: Call) -> None:
    """Code made at run time: it may define any name of its namespace, and use what stands there."""
    s.unresolved(call.site, "eval/exec")
    made = s.of(XRES, "builtins.exec()", call.site)
    for var in plain(call)[1:3]:
        s.watch(var, on_namespace, made)


def on_namespace(s: State, made: Value, value: Value) -> None:
    """A namespace that unknown code runs in."""
    if s.kinds[value] == BOX and s.rows[value].box_kind == "dict":
        hold(s, made, containers.all_field(s, value))
        out = s.variable()
        s.add(out, made)
        containers.put(s, value, None, out)


def loaded_module(s: State, call: Call, value: Value) -> bool:
    """sys.modules[name], sys.modules.get(name)."""
    for var in plain(call)[:1]:
        s.watch(var, on_module_name, call)
        s.when_empty(var, some_module, call)
    return True


def some_module(s: State, call: Call) -> None:
    """A module of which the name is not known."""
    s.add(call.dst, s.of(XINST, "types.ModuleType", (), 0))


@sees(STR)
def on_module_name(s: State, call: Call, value: Value) -> None:
    """One name of a module; what is not of the source lies outside."""
    name = s.rows[value].text
    s.add(call.dst, s.of(MODULE if name in s.program.modules else EXT, name))
    s.answer(call.site)


CODE_MODELS: dict[str, Model] = {
    "importlib.import_module": import_module, "builtins.__import__": import_module, "builtins.eval": evaluate,
    "builtins.exec": evaluate,
    "_frozen_importlib.module_from_spec": of_file,
    "pkgutil.resolve_name": import_object, "pydoc.locate": import_object,
    "sys.modules.__getitem__": loaded_module, "sys.modules.get": loaded_module,
}  # fmt: skip
