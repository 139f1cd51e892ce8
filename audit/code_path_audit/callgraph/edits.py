"""How modules became others, as far as a solution from before can be gone on from: bodies, functions and names more.

Functions are matched by their names. Those that come are numbered behind those that were there, so that a solution has
its numbers still: the program that it goes on in has these, and the graph none of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.alignment import Alignment, align, without_replaced
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.instruction_fields import as_it_is, renumbered
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.rows import Body, Header
from code_path_audit.program.link import name_of
from code_path_audit.program.model import Program


class Edited(NamedTuple):
    """A function that has another body now: its number in the module, how the bodies go together, and both."""

    index: int  # type: ignore[assignment]  # an edit is never asked for tuple.index
    aligned: Alignment
    was: FunctionFacts
    now: FunctionFacts


class ModuleEdit(NamedTuple):
    """What a module says now, with functions numbered as before; the globals that it binds besides, and those of the
    functions that were read which have another body."""

    facts: ModuleFacts
    names: frozenset[str]
    functions: tuple[Edited, ...]


def edit_of(program: Program, old: ModuleFacts, new: ModuleFacts, read: Iterable[int]) -> ModuleEdit | None:
    """How a module of the program became what it is; None where more than bodies of functions, new functions and new
    names is another, so that what was found of it may not hold. `read` are the functions that were read before.
    ValueError where facts are damaged."""
    facts = new if old.outline == new.outline else _numbered_as(old, new)
    if facts is None or old.hints != new.hints:
        return None
    names = frozenset(new.header.bound).difference(old.header.bound)
    if names and any(old.module in other.header.stars for other in program.modules.values()):
        return None  # whoever has all names of it has these
    found = []
    cells: dict[int, Mapping[int, int]] = {}
    for index in sorted(set(read)):
        if not 0 <= index < len(old.functions):
            return None
        if facts is new and old.digest_of(index) == new.digest_of(index) and not _is_inside(old, index, cells):
            continue
        was, now = old.functions[index], facts.functions[index]
        if was.body[:-1] == now.body[:-1] and not _sees_another(now, cells):
            continue
        if not _is_called_alike(was, now) or (was.kind == "class" and not _has_methods_more(facts, index, was, now)):
            return None
        aligned = without_replaced(was, now, align(was, now, cells))
        cells[index] = aligned.registers
        if not _may_come(program, old, now, aligned):
            return None
        found.append(Edited(index, aligned, was, now))
    return ModuleEdit(facts, names, tuple(found))


def _is_inside(facts: ModuleFacts, index: int, edited: Container[int]) -> bool:
    """Whether one of the functions around a function is among some."""
    while (index := facts.functions[index].parent) >= 0:
        if index in edited:
            return True
    return False


def _sees_another(facts: FunctionFacts, cells: Mapping[int, Mapping[int, int]]) -> bool:
    """Whether a variable that a function sees of those around it is another one than before."""
    seen = (row[-2:] if row[0] == op.FREE else row[1:3] for row in facts.code if row[0] in (op.FREE, op.STORE_FREE))
    return any(owner in cells and cells[owner].get(number) != number for owner, number in seen)


def _is_called_alike(was: FunctionFacts, now: FunctionFacts) -> bool:
    """Whether calls that were there mean the same still: parameters may have come behind the others."""
    before, after = [[(param.name, param.kind) for param in facts.params] for facts in (was, now)]
    return was.is_generator == now.is_generator and after[: len(before)] == before


def _has_methods_more(facts: ModuleFacts, index: int, was: FunctionFacts, now: FunctionFacts) -> bool:
    """Whether a class body binds what it did, and methods besides that no protocol of the language asks for."""
    methods = {
        name.rpartition(".")[2]
        for name, function in zip(facts.header.names, facts.functions, strict=True)
        if function.parent == index and function.kind == "function"
    }
    return members(was) <= members(now) and all(
        name in methods and not name.startswith("__") for name in members(now) - members(was)
    )


def members(body: FunctionFacts) -> set[str]:
    """The names that a class body binds."""
    return {row[1] for row in body.code if row[0] == op.STORE_NAME}


def _numbered_as(old: ModuleFacts, new: ModuleFacts) -> ModuleFacts | None:
    """The facts of now with the numbers of before; None where something went that was there, or came that stands for
    more than itself: a class, a star, an export."""
    was, now = old.header, new.header
    if (was.stars, old.exports, old.is_package) != (now.stars, new.exports, new.is_package):
        return None
    if any(name.startswith("__") for name in set(now.bound).difference(was.bound)):
        return None
    known = {name: index for index, name in enumerate(was.names)}
    if not known.keys() <= set(now.names):
        return None
    numbers: list[int] = []
    come = 0
    for name in now.names:
        number = known.get(name, len(known) + come)
        come += number >= len(known)
        numbers.append(number)
    places = sorted(range(len(numbers)), key=numbers.__getitem__)
    for index, function in enumerate(new.functions):
        parent = numbers[function.parent] if index else -1
        if numbers[index] < len(known):
            before = old.functions[numbers[index]]
            if (before.kind, before.parent, before.is_async) != (function.kind, parent, function.is_async):
                return None
        elif function.kind == "class":
            return None
    functions = tuple([_renumbered(new.functions[place], numbers) for place in places])
    header = Header(tuple([now.names[place] for place in places]), *now[1:])
    sources = tuple([new.sources[place] for place in places])
    return ModuleFacts(new.module, new.is_package, functions, new.exports, new.hints, sources, header)


def _renumbered(facts: FunctionFacts, numbers: list[int]) -> FunctionFacts:
    """A function whose module numbers functions in another way; its body is read when somebody asks."""

    def read() -> Body:
        body = facts.body
        code = tuple([
            renumbered(row, as_it_is, as_it_is, _same_cell, numbers.__getitem__) if row[0] in NUMBERED else row
            for row in body.code
        ])  # fmt: skip
        return body._replace(code=code)

    parent = numbers[facts.parent] if facts.parent >= 0 else -1
    return FunctionFacts.late(facts.name, facts.kind, parent, facts.is_async, facts.line, facts.end_line, read)


NUMBERED = frozenset((op.FUNC, op.CLASS, op.FREE, op.STORE_FREE))
"""Instructions that name functions by their numbers."""


def _same_cell(_: int, number: int) -> int:
    return number


def _may_come(program: Program, old: ModuleFacts, now: FunctionFacts, aligned: Alignment) -> bool:
    """Whether what came to a body is followed where it runs, and nothing looks for it elsewhere: a decorator or an
    import of another library may have a framework find what it never looked at."""
    tops = {name.partition(".")[0] for name in old.header.imports}
    for place in aligned.added:
        row = now.code[place]
        if row[0] in (op.IMPORT, op.IMPORT_FROM):
            top = row[2].partition(".")[0]
            if top and top not in tops and top not in program.modules and not program.stubs.is_stdlib(top):
                return False
        elif row[0] == op.CALL and now.sites[row[5]].kind == "decorator":
            return False
    return True


def in_program(program: Program, edits: Mapping[str, ModuleEdit]) -> Program:
    """The program in which some modules have the numbers of before."""
    moved = {name: edit.facts for name, edit in edits.items() if program.modules[name] is not edit.facts}
    if not moved:
        return program
    functions = dict(program.functions)
    for module, facts in moved.items():
        names = {name: index for index, name in enumerate(facts.header.names)}
        for index, name in enumerate(program.modules[module].header.names):
            functions[name_of(program, module, index)] = (module, names[name])
    return program._replace(modules={**program.modules, **moved}, functions=functions)


def mentions(names: frozenset[str], facts: FunctionFacts) -> bool:
    """Whether a function reads one of some globals."""
    return any(row[0] == op.GLOBAL and row[2] in names for row in facts.code)
