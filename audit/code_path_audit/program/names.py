"""Which names a module binds, and which texts can be names."""

from __future__ import annotations

import re
from collections.abc import Callable

from code_path_audit.program.model import Program

LONGEST = 1_000
"""Characters of a text that is taken for a dotted name; paths of files are not longer."""

MOST_HANDED_ON = 300_000
"""Names that the modules of one ring of star imports, and those that lead to it, get of one another."""

_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)*")


def is_dotted(text: str) -> bool:
    """Whether a text can be the dotted name of a module, or of something in one, as far as it shows.

    Files may have digits first and dashes (`0001_initial.py`), and what they say can only be loaded by a text. Whoever
    has a text asks this before the program is asked: each question to that, and each part of the name, is kept with the
    result.
    """
    return len(text) <= LONGEST and _DOTTED.fullmatch(text) is not None


def dotted_start(text: str) -> str:
    """The dotted name that a text begins with, also with a dot behind it; "" for a text that begins with none."""
    found = _DOTTED.match(text, 0, LONGEST)
    end = found.end() if found else 0
    return text[: end + 1] if end and text[end : end + 1] == "." else text[:end]


def bound_names(
    program: Program, module: str, known: dict[str, frozenset[str]], cut: Callable[[], object] = lambda: None
) -> frozenset[str]:
    """The globals of a module: assigned, imported, defined, declared `global` in a function, or star-imported.

    `known` holds what was found before, and is given what is found now: the names of all modules that this one imports
    by a star, and those by theirs. Modules that star-import one another in a ring are taken to get all of each other's
    names (names too many: Python gives them what is there when the import runs). How many names are handed on so is
    bounded (`MOST_HANDED_ON`): `cut` is called where some are left out.
    """
    if module not in known:
        names, importers = own_names(program, module, known)
        todo = [(name, list(found)) for name, found in names.items()]
        left = MOST_HANDED_ON
        for name, new in todo:
            for importer in importers.get(name, ()):
                held = names[importer]
                added = [n for n in passed_on(program, name, new) if n not in held]
                if len(added) > left:
                    cut()
                    added = sorted(added)[:left]
                left -= len(added)
                if added:
                    held.update(added)
                    todo.append((importer, added))
        known.update({name: frozenset(found) for name, found in names.items()})
    return known[module]


def own_names(
    program: Program, module: str, known: dict[str, frozenset[str]]
) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """What is not known yet: the names that modules bind themselves, and which modules star-import which."""
    names: dict[str, set[str]] = {}
    importers: dict[str, list[str]] = {}
    todo = [module]
    for current in todo:
        if current in names:
            continue
        header = program.modules[current].header
        names[current] = set(header.bound)
        for star in header.stars:
            if star not in program.modules:
                continue
            if star in known:
                names[current].update(exported(program, star, known[star]))
            else:
                importers.setdefault(star, []).append(current)
                todo.append(star)
                # a submodule is no global of its package before it is imported, and can be listed all the same
                names[current].update(exported(program, star, frozenset()))
    return names, importers


def exported(program: Program, module: str, names: frozenset[str]) -> list[str]:
    """What `from module import *` binds, of the names that the module has: `__all__` where it is a literal, else the
    public names; besides, submodules that `__all__` lists. Sorted.
    """
    listed = program.modules[module].exports or ()
    submodules = [n for n in listed if n not in names and f"{module}.{n}" in program.modules]
    return sorted({*passed_on(program, module, names), *submodules})


def passed_on(program: Program, module: str, names: frozenset[str] | list[str]) -> list[str]:
    """Those of some names of a module that a star import takes."""
    listed = program.modules[module].exports
    if listed is not None:
        wanted = frozenset(listed)
        return [n for n in names if n in wanted]
    return [n for n in names if not n.startswith("_")]
