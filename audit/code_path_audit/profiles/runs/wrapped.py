"""Functions that are handed to a cache as values: load = lru_cache(lambda: read()), self.page = cache(self._page)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge
from code_path_audit.facts import opcodes as op
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.decorators import Cache, cache_at, how_of
from code_path_audit.profiles.runs.origins import bases_of, is_below, origins
from code_path_audit.profiles.values import Values, ValuesOf
from code_path_audit.program.model import Program

PARTIALS = ("functools.partial", "functools.partialmethod")


class Wrapped(NamedTuple):
    """A function that is handed over: `given` arguments are given already, and it is found as an attribute of this name
    where it is a method, and has the same."""

    function: str
    given: int = 0
    name: str = ""


def wrapped_by_calls(reach: Reach, values_of: ValuesOf) -> Iterator[tuple[str, Cache]]:
    """The functions that are handed to a decorator that keeps results as a value, and that nothing calls by their own
    name."""
    program = reach.program
    for function in places(reach, values_of):
        module, facts = program.functions[function][0], program.facts(function)
        for number, site in enumerate(facts.sites):
            if site.kind != "call" or len(site.arguments) != 1 or site.arguments[0].keyword is not None:
                continue
            how = how_of(site)
            if how is None:
                continue
            values = values_of(function)
            found = wrapped(values_of, values, function, values.calls[number][3][0])
            if found is None:
                continue
            hidden = is_hidden(values, number, found)
            for name in [found.function, *overrides(reach, values_of, found)]:
                callers = reach.callers.get(name, ())
                by_name = name.rpartition(".")[2]
                if not callers or (not hidden and any(is_named(program, edge, by_name) for edge in callers)):
                    continue
                cache = cache_at(values_of, module, values, number, how)
                if cache is not None:
                    yield name, cache._replace(given=found.given)


def places(reach: Reach, values_of: ValuesOf) -> list[str]:
    """The functions that may hand one over: those of an action, and those that ran before it: modules, classes,
    constructors, those of base classes, too."""
    program = reach.program
    homes = {name.rpartition(".")[0] for name in reach.depths}
    classes = [name for name in sorted(homes) if name in program.functions and program.facts(name).kind == "class"]
    for name in classes:
        bases = [base for base in bases_of(values_of, name) if base not in homes]
        classes += bases
        homes.update(bases)
    before = {program.functions[name][0] for name in reach.depths}
    before.update(name for home in homes for name in (home, f"{home}.__init__"))
    return sorted({*reach.depths, *(name for name in before if name in program.functions)})


def wrapped(values_of: ValuesOf, values: Values, function: str, reg: int) -> Wrapped | None:
    """The function of the source that a value is, as it is or with arguments that are given already."""
    if reg < 0:
        return None
    program = values_of.program
    module = program.functions[function][0]
    row = values.making(reg)
    if row is None:
        return None
    if row[0] == op.CALL:
        called = list(origins(values_of, values, module, row[2]))
        if not called or any(origin.name not in PARTIALS for origin in called) or not row[3]:
            return None
        found = wrapped(values_of, values, function, row[3][0])
        return found and found._replace(given=found.given + len(row[3]) - 1 + len(row[4]))
    if row[0] == op.ATTR and values.is_param(row[2]) and values.origin(row[2]) == 0:
        method = f"{function.rpartition('.')[0]}.{row[3]}"
        return Wrapped(method, 0, row[3]) if method in program.functions else None
    found_at = [origin.name for origin in origins(values_of, values, module, reg) if origin.is_source]
    return Wrapped(found_at[0]) if len(found_at) == 1 and found_at[0] in program.functions else None


def overrides(reach: Reach, values_of: ValuesOf, found: Wrapped) -> list[str]:
    """The methods of an action that override one that is handed over by a constructor: those of the object's class."""
    if not found.name:
        return []
    home = found.function.rpartition(".")[0]
    names = [name for name in sorted(reach.depths) if name.endswith(f".{found.name}") and name != found.function]
    return [name for name in names if is_below(values_of, name.rpartition(".")[0], home)]


def is_hidden(values: Values, number: int, found: Wrapped) -> bool:
    """Whether what a call gives takes the place of the method that it is given: self.page = cache(self.page)."""
    result = values.calls[number][1]
    return bool(found.name) and any(
        row[0] == op.STORE_ATTR and row[2] == found.name and values.origin(row[3]) == result
        for row in values.facts.code
    )


def is_named(program: Program, edge: Edge, name: str) -> bool:
    """Whether a call site calls something by a name."""
    return edge.site < 0 or program.facts(edge.caller).sites[edge.site].text.rpartition(".")[2] == name
