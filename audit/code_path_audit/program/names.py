"""Which names a module binds."""

from code_path_audit.program.model import Program


def bound_names(program: Program, module: str, _visiting: frozenset[str] = frozenset()) -> frozenset[str]:
    """The globals of a module: assigned, imported, defined, declared `global` in a function, or star-imported."""
    header = program.modules[module].header
    names = set(header.bound)
    for star in header.stars:
        if star in program.modules and star not in _visiting:
            names |= exported(program, star, _visiting | {module})
    return frozenset(names)


def exported(program: Program, module: str, _visiting: frozenset[str] = frozenset()) -> frozenset[str]:
    """What `from module import *` binds: `__all__` where it is a literal, else the public names."""
    names = bound_names(program, module, _visiting)
    listed = program.modules[module].exports
    if listed is not None:
        return frozenset(n for n in listed if n in names or f"{module}.{n}" in program.modules)
    return frozenset(n for n in names if not n.startswith("_"))
