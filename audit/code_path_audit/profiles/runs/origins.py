"""What a name of the source stands for: something outside, something of the source, or what such a thing made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.profiles.values import Values
from code_path_audit.program.model import Program

DEPTH = 8
"""Names and imports that are followed."""


class Origin(NamedTuple):
    """What a value is: `name` is a dotted name outside of the source, or where `is_source` an fqname. `made` says that
    the value is what a call of that gave."""

    name: str
    is_source: bool
    made: bool = False


def origins(program: Program, values: Values, module: str, reg: int, depth: int = DEPTH) -> Iterator[Origin]:
    """What a register of a function of a module may hold, as far as names and imports say it."""
    if depth <= 0:
        return
    for row in values.made.get(values.origin(reg), ()):
        kind = row[0]
        if kind == op.GLOBAL:
            yield from global_origins(program, module, row[2], depth - 1)
        elif kind == op.COPY:
            yield from origins(program, values, module, row[2], depth - 1)
        elif kind == op.FREE:
            around = Values(program.modules[module].functions[row[2]])
            yield from origins(program, around, module, row[3], depth - 1)
        elif kind == op.IMPORT:
            yield Origin(row[2].partition(".")[0] if row[3] else row[2], False)
        elif kind == op.IMPORT_FROM:
            yield from member(program, Origin(row[2], False), row[3], depth - 1)
        elif kind in (op.FUNC, op.CLASS):
            yield Origin(f"{module}.{program.modules[module].functions[row[2]].name}", True)
        elif kind == op.ATTR:
            for found in origins(program, values, module, row[2], depth - 1):
                yield from member(program, found, row[3], depth - 1)
        elif kind == op.CALL:
            for found in origins(program, values, module, row[2], depth - 1):
                yield found._replace(made=True)


def bases_of(program: Program, name: str) -> Iterator[str]:
    """The classes of the source that a class of the source is made of, as far as names say it."""
    module, index = program.functions[name]
    functions = program.modules[module].functions
    around = functions[functions[index].parent]
    values = Values(around)
    for row in around.code:
        if row[0] == op.CLASS and row[2] == index:
            for reg in row[3]:
                for found in origins(program, values, module, reg if reg >= 0 else ~reg):
                    if is_class(program, found):
                        yield found.name


def is_class(program: Program, origin: Origin) -> bool:
    """Whether something is a class of the source."""
    known = origin.is_source and not origin.made and origin.name in program.functions
    return known and program.facts(origin.name).kind == "class"


def is_below(program: Program, name: str, other: str, depth: int = DEPTH) -> bool:
    """Whether a class is another, or inherits from it."""
    if name == other:
        return True
    if depth <= 0 or name not in program.functions or program.facts(name).kind != "class":
        return False
    return any(is_below(program, base, other, depth - 1) for base in bases_of(program, name))


def global_origins(program: Program, module: str, name: str, depth: int) -> Iterator[Origin]:
    """What a global of a module may be."""
    facts = program.modules[module].functions[0]
    values = Values(facts)
    for row in facts.code:
        if row[0] == op.STORE_GLOBAL and row[1] == name:
            yield from origins(program, values, module, row[2], depth)


def member(program: Program, owner: Origin, name: str, depth: int) -> Iterator[Origin]:
    """An attribute of what a name stands for."""
    dotted = f"{owner.name}.{name}"
    if dotted in program.modules:
        # a module's body is a function, too
        yield Origin(dotted, False)
    elif owner.is_source or dotted in program.functions:
        yield Origin(dotted, True)
    elif owner.name in program.modules:
        yield from global_origins(program, owner.name, name, depth)
    else:
        yield Origin(f"{owner.name}(){'.' + name}" if owner.made else dotted, False)
