"""Modules to a program: gives every function its unique name."""

from collections.abc import Iterable, Mapping

from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program.model import Program
from code_path_audit.program.stubs.queries import PARSED, Stubs
from code_path_audit.sources.model import SkippedFile


def link(
    modules: Iterable[tuple[ModuleFacts, str]],
    skipped: Iterable[SkippedFile] = (),
    entry_points: tuple[tuple[str, str, str], ...] = (),
    stubs: Stubs = PARSED,
    hidden: tuple[SkippedFile, ...] = (),
) -> Program:
    """A program of (facts, path) pairs, sorted by module name, whatever order they come in."""
    by_name: dict[str, ModuleFacts] = {}
    paths: dict[str, str] = {}
    functions: dict[str, tuple[str, int]] = {}
    for facts, path in sorted(modules, key=lambda pair: (pair[0].module, pair[1])):
        if facts.module in by_name:
            continue
        by_name[facts.module] = facts
        paths[facts.module] = path
    # a module's body outranks a function or class of the same dotted name: `pkg.sub` against `sub` in `pkg`
    functions.update((module, (module, 0)) for module in by_name)
    for module, facts in by_name.items():
        for index, name in enumerate(unique_names(facts)):
            if index:
                functions[_free(name, functions)] = (module, index)
    return Program(by_name, paths, dict(sorted(functions.items())), tuple(sorted(skipped)), entry_points, stubs, hidden)


def name_of(program: Program, module: str, index: int) -> str:
    """The fqname of a function by its module and its index there, "" where it has none: another has each."""
    number, name = 1, unique_names(program.modules[module])[index]
    full = name
    while full in program.functions:
        if program.functions[full] == (module, index):
            return full
        number += 1
        full = f"{name}#{number}"
    return ""


def _free(name: str, taken: Mapping[str, object]) -> str:
    """The name, or `name#2`, `name#3` ...: whichever no other module has."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}#{number}"
    return free


def unique_names(facts: ModuleFacts) -> list[str]:
    """The fqname of each function of a module, in order; repeated names get `#2`, `#3` ... also inside longer names."""
    return [f"{facts.module}.{name}" if name else facts.module for name in facts.header.names]
