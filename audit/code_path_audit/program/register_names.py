"""What the registers of a function stand for, by dotted names, as far as the text of the program says it.

Names are followed through imports, also those of a package and those inside of functions, through loops over a literal
list, and through functions that make something and return it. What a call makes that is kept in no global has a name of
its own, for the place where it is made ("shop.main.create_app#6").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import CallSite
from code_path_audit.program.model import Program
from code_path_audit.program.names import passed_on

MAX_DEPTH = 8
"""Steps that a name is followed."""


class Names:
    """What the registers of one function stand for, as keys."""

    def __init__(self, program: Program, module: str, facts: FunctionFacts) -> None:
        self.program, self.module, self.facts = program, module, facts
        self.made = {row[1]: row for row in facts.code if row[0] in FOLLOWED}
        self.stored: dict[int, str] = {row[2]: row[1] for row in facts.code if row[0] == op.STORE_GLOBAL}
        self.texts = {row[1]: str(row[2]) for row in facts.code if row[0] == op.STR}
        for row in facts.code:
            if row[0] == op.STORE_GLOBAL and row[2] in self.made and self.made[row[2]][0] in (op.COPY, op.TYPED):
                self.stored.setdefault(self.made[row[2]][2], row[1])

    def of(self, reg: int, depth: int = MAX_DEPTH) -> Iterator[str]:
        """The keys of what a register may hold."""
        row = self.made.get(reg)
        if reg in self.stored and (row is None or row[0] == op.CALL):
            yield f"{self.module}.{self.stored[reg]}"
        elif row is None or not depth:
            return
        elif row[0] in (op.COPY, op.TYPED):
            yield from self.of(row[2], depth - 1)
        elif row[0] == op.GLOBAL:
            yield canonical(self.program, f"{self.module}.{row[2]}")
        elif row[0] == op.IMPORT_FROM:
            yield canonical(self.program, f"{row[2]}.{row[3]}")
        elif row[0] == op.IMPORT:
            yield row[2].partition(".")[0] if row[3] else row[2]
        elif row[0] == op.ATTR:
            yield from (canonical(self.program, f"{base}.{row[3]}") for base in self.of(row[2], depth - 1))
        elif row[0] == op.ITER:
            for element in self.elements(row[2], depth - 1):
                yield from self.of(element, depth - 1)
        elif row[0] == op.CALL:
            yield from self.made_by(row[2], reg, depth - 1)

    def call_at(self, site: CallSite) -> Row | None:
        """The instruction of a call site."""
        return self._calls.get(id(site))

    @cached_property
    def _calls(self) -> dict[int, Row]:
        sites = self.facts.sites
        return {id(sites[row[5]]): row for row in reversed(self.made.values()) if row[0] == op.CALL}

    def receivers(self, site: CallSite) -> list[str]:
        """The keys of what a method is called on."""
        row = self.call_at(site)
        method = self.made.get(row[2]) if row is not None else None
        return list(self.of(method[2])) if method is not None and method[0] == op.ATTR else []

    def made_at(self, site: CallSite) -> list[str]:
        """The keys of what a call makes."""
        row = self.call_at(site)
        return list(self.of(row[1])) if row is not None else []

    def behind_copies(self, reg: int, depth: int = MAX_DEPTH) -> int:
        """The register that a value was copied from, as far as copies are followed: in a loop they lead in a circle."""
        row = self.made.get(reg)
        while row is not None and row[0] in (op.COPY, op.TYPED) and depth:
            reg, depth = row[2], depth - 1
            row = self.made.get(reg)
        return reg

    def elements(self, reg: int, depth: int) -> tuple[int, ...]:
        """The registers of the elements of a literal list or tuple."""
        row = self.made.get(self.behind_copies(reg, depth))
        return row[2] if row is not None and row[0] in (op.LIST, op.TUPLE) else ()

    def texts_in(self, reg: int) -> list[str]:
        """The constant texts in a literal list or tuple."""
        return [self.texts[element] for element in self.elements(reg, MAX_DEPTH) if element in self.texts]

    def attributes(self) -> dict[str, int]:
        """What the body of a class binds: the register of each name."""
        return {row[1]: row[2] for row in self.facts.code if row[0] == op.STORE_NAME}

    def lists(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The literal lists that a module keeps in globals, and the registers of their elements."""
        for reg, name in self.stored.items():
            if self.made.get(reg, (0,))[0] == op.LIST:
                yield name, self.made[reg][2]

    def made_by(self, callee: int, reg: int, depth: int) -> Iterator[str]:
        """What a call makes: what a function of the program returns, else something new."""
        for name in self.of(callee, depth):
            if name in self.program.functions:
                module, index = self.program.functions[name]
                facts = self.program.modules[module].functions[index]
                inner = Names(self.program, module, facts)
                for row in facts.code if facts.kind == "function" and depth else ():
                    if row[0] == op.RETURN:
                        yield from inner.of(row[1], depth - 1)
                return
        yield f"{self.module}.{self.facts.name}#{reg}"


FOLLOWED = frozenset((
    op.COPY, op.TYPED, op.GLOBAL, op.IMPORT, op.IMPORT_FROM, op.ATTR, op.ITER, op.CALL, op.LIST, op.TUPLE,
))  # fmt: skip


def is_below(program: Program, name: str, is_known: Callable[[str], bool], depth: int = MAX_DEPTH) -> bool:
    """Whether a class is one that is known by its dotted name, or below one: by the bases that it names, and by theirs.
    What the program itself defines is not asked for."""
    if name not in program.functions:
        return is_known(name)
    module, index = program.functions[name]
    functions = program.modules[module].functions
    if functions[index].kind != "class" or not depth:
        return False
    names = Names(program, module, functions[functions[index].parent])
    bases = next((row[3] for row in names.facts.code if row[0] == op.CLASS and row[2] == index), ())
    return any(is_below(program, base, is_known, depth - 1) for reg in bases for base in names.of(reg))


def canonical(program: Program, name: str) -> str:
    """A dotted name as it is called where it is defined: what a module of the program imports stands for that."""
    for _ in range(MAX_DEPTH):
        module, _, last = name.rpartition(".")
        if module not in program.modules:
            break
        # a package that imports something by the name of a module in it has that, and no longer the module
        body = program.modules[module].functions[0].code
        stored = {row[2] for row in body if row[0] == op.STORE_GLOBAL and row[1] == last}
        found = [row for row in body if row[0] in (op.IMPORT_FROM, op.IMPORT) and row[1] in stored]
        if found:
            row = found[-1]
            new = f"{row[2]}.{row[3]}" if row[0] == op.IMPORT_FROM else row[2].partition(".")[0] if row[3] else row[2]
        else:
            new = "" if last in program.modules[module].header.bound else starred(program, module, last)
        if new in ("", name):
            break
        name = new
    return name


def starred(program: Program, module: str, name: str) -> str:
    """What star imports bring into a module by a name, as it is called where it is bound; "" for nothing. Of several
    modules that have it the last that is imported, and those that stars of these bring after that."""
    seen, todo = {module}, [module]
    for current in todo:
        facts = program.modules[current]
        for row in reversed(facts.functions[0].code if facts.header.stars else ()):
            star = row[1] if row[0] == op.IMPORT_STAR else ""
            if star in program.modules and star not in seen and passed_on(program, star, [name]):
                if name in program.modules[star].header.bound:
                    return f"{star}.{name}"
                seen.add(star)
                todo.append(star)
    return ""
