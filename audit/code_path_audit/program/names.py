"""Which names a module binds."""

from code_path_audit.facts import code as op
from code_path_audit.program.model import Program


def bound_names(program: Program, module: str, _visiting: frozenset[str] = frozenset()) -> frozenset[str]:
    """The globals of a module: assigned, imported, defined, declared `global` in a function, or star-imported."""
    facts = program.modules[module]
    names = {row[1] for function in facts.functions for row in function.code if row[0] == op.STORE_GLOBAL}
    for row in facts.functions[0].code:
        if row[0] == op.IMPORT_STAR and row[1] in program.modules and row[1] not in _visiting:
            names |= exported(program, row[1], _visiting | {module})
    return frozenset(names)


def exported(program: Program, module: str, _visiting: frozenset[str] = frozenset()) -> frozenset[str]:
    """What `from module import *` binds: `__all__` where it is a literal, else the public names."""
    names = bound_names(program, module, _visiting)
    listed = program.modules[module].exports
    if listed is not None:
        return frozenset(n for n in listed if n in names or f"{module}.{n}" in program.modules)
    return frozenset(n for n in names if not n.startswith("_"))
