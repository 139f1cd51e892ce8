"""The decorators of functions and classes, as the source writes them: `app.get`, without what it is called with."""

from __future__ import annotations

from code_path_audit.callgraph.solver.state import State


class Decorators:
    """Those that were looked for."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, int], dict[str, list[str]]] = {}
        """By the module and index of the function that they stand in, and by the name of what has them."""


def decorators(s: State, root: str) -> list[str]:
    """The decorators of a function, as the source writes them."""
    module, index = s.program.functions[root]
    functions = s.program.modules[module].functions
    facts = functions[index]
    if facts.parent < 0:
        return []
    return decorators_above(s, module, facts.parent, facts.name.rpartition(".")[2])


def decorators_above(s: State, module: str, around: int, name: str) -> list[str]:
    """The decorators of what has a name inside of a function, by the index of that."""
    return decorators_in(s, module, around).get(name, [])


def decorators_in(s: State, module: str, around: int) -> dict[str, list[str]]:
    """The decorators in a function, by the name of what has them; found once."""
    known = s.tables[Decorators].of
    found = known.get((module, around))
    if found is None:
        found = known[module, around] = {}
        for site in s.program.modules[module].functions[around].sites:
            if site.kind == "decorator" and site.arguments:
                found.setdefault(site.arguments[0].text, []).append(site.text.removesuffix("()"))
    return found
