"""What an action has asked of a program that has another answer after a change, and what kind of change that is."""

from __future__ import annotations

from collections.abc import Collection

from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program.dependencies import Consulted, Importers, answer, beginning, defining, says_the_same
from code_path_audit.program.model import Program
from code_path_audit.program.tracked_module import STRINGS


def asked_otherwise(before: Program, now: Program, consulted: Consulted) -> tuple[dict[str, tuple[int, ...]], str]:
    """The modules that answer otherwise, each with the functions that were read of it; and what else is asked and
    answered otherwise, in a word, "" for nothing."""
    reads, changed = dict(consulted.read), {}
    every = consulted.everything or consulted.listed
    if every and before.modules.keys() != now.modules.keys():
        return {}, "a file"
    for module in before.modules if consulted.everything else consulted.modules:
        old, new = before.modules.get(module), now.modules.get(module)
        if (old is None) != (new is None) or before.paths.get(module) != now.paths.get(module):
            return {}, "a file"
        asked = reads.get(module, ())
        if old and new and answer(old, asked) != answer(new, asked) and not says_the_same(old, new, asked):
            changed[module] = asked
    return changed, "who defines or imports a name" if _elsewhere(before, now, consulted) else ""


def _elsewhere(before: Program, now: Program, consulted: Consulted) -> bool:
    """Whether questions to all modules together have other answers."""
    old, new = Importers(before), Importers(now)
    return (
        any(beginning(before, prefix) != beginning(now, prefix) for prefix in consulted.prefixes)
        or any(defining(before, name) != defining(now, name) for name in consulted.defined)
        or any(old.of(name) != new.of(name) for name in consulted.imported)
    )


def reason(old: ModuleFacts, new: ModuleFacts, asked: Collection[int]) -> str:
    """Why a module has changed in more than bodies."""
    if old.hints != new.hints:
        return "hints"
    if old.header.names != new.header.names:
        return "a function or class comes or goes"
    if old.header.bound != new.header.bound or old.header.stars != new.header.stars or old.exports != new.exports:
        return "a name comes or goes"
    if old.header.imports != new.header.imports:
        return "an import"
    if old.outline != new.outline:
        return "another outline"
    for index in asked:
        if index != STRINGS and index < len(new.functions):
            was, now = old.functions[index], new.functions[index]
            if was.body[:-1] == now.body[:-1]:
                continue
            if was.kind == "class":
                return "a class body"
            if (was.params, was.returns, was.is_generator) != (now.params, now.returns, now.is_generator):
                return "parameters or result"
    return "strings of a module" if STRINGS in asked else "another"
