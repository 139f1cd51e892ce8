"""What a name of the source stands for: something outside, something of the source, or what such a thing made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.profiles.values import Values, ValuesOf
from code_path_audit.program.model import Program

DEPTH = 8
"""Names and imports that are followed."""


class Origin(NamedTuple):
    """What a value is: `name` is a dotted name outside of the source, or where `is_source` an fqname. `made` says that
    the value is what a call of that gave."""

    name: str
    is_source: bool
    made: bool = False


def origins(values_of: ValuesOf, values: Values, module: str, reg: int, depth: int = DEPTH) -> Iterator[Origin]:
    """What a register of a function of a module may hold, as far as names and imports say it."""
    if depth <= 0:
        return
    for row in values.made.get(values.origin(reg), ()):
        kind = row[0]
        if kind == op.GLOBAL:
            yield from global_origins(values_of, module, row[2], depth - 1)
        elif kind == op.COPY:
            yield from origins(values_of, values, module, row[2], depth - 1)
        elif kind == op.FREE:
            yield from origins(values_of, values_of.at(module, row[2]), module, row[3], depth - 1)
        elif kind == op.IMPORT:
            yield Origin(row[2].partition(".")[0] if row[3] else row[2], False)
        elif kind == op.IMPORT_FROM:
            yield from member(values_of, Origin(row[2], False), row[3], depth - 1)
        elif kind in (op.FUNC, op.CLASS):
            yield Origin(f"{module}.{values_of.program.modules[module].functions[row[2]].name}", True)
        elif kind == op.ATTR:
            for found in origins(values_of, values, module, row[2], depth - 1):
                yield from member(values_of, found, row[3], depth - 1)
        elif kind == op.CALL:
            for found in origins(values_of, values, module, row[2], depth - 1):
                yield found._replace(made=True)


def bases_of(values_of: ValuesOf, name: str) -> Iterator[str]:
    """The classes of the source that a class of the source is made of, as far as names say it."""
    program = values_of.program
    module, index = program.functions[name]
    values = values_of.at(module, program.modules[module].functions[index].parent)
    for bases in values.bases.get(index, ()):
        for reg in bases:
            for found in origins(values_of, values, module, reg if reg >= 0 else ~reg):
                if is_class(program, found):
                    yield found.name


def is_class(program: Program, origin: Origin) -> bool:
    """Whether something is a class of the source."""
    known = origin.is_source and not origin.made and origin.name in program.functions
    return known and program.facts(origin.name).kind == "class"


def is_below(values_of: ValuesOf, name: str, other: str, depth: int = DEPTH) -> bool:
    """Whether a class is another, or inherits from it."""
    if name == other:
        return True
    program = values_of.program
    if depth <= 0 or name not in program.functions or program.facts(name).kind != "class":
        return False
    return any(is_below(values_of, base, other, depth - 1) for base in bases_of(values_of, name))


def global_origins(values_of: ValuesOf, module: str, name: str, depth: int) -> Iterator[Origin]:
    """What a global of a module may be."""
    values = values_of.at(module, 0)
    for reg in values.stored_globals.get(name, ()):
        yield from origins(values_of, values, module, reg, depth)


def member(values_of: ValuesOf, owner: Origin, name: str, depth: int) -> Iterator[Origin]:
    """An attribute of what a name stands for."""
    program = values_of.program
    dotted = f"{owner.name}.{name}"
    if dotted in program.modules:
        # a module's body is a function, too
        yield Origin(dotted, False)
    elif owner.is_source or dotted in program.functions:
        yield Origin(dotted, True)
    elif owner.name in program.modules:
        yield from global_origins(values_of, owner.name, name, depth)
    else:
        yield Origin(f"{owner.name}(){'.' + name}" if owner.made else dotted, False)
