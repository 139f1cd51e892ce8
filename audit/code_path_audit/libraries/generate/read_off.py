"""The summaries of all functions of some packages, to a fixpoint."""

from __future__ import annotations

from code_path_audit.callgraph.behaviours import NO_BEHAVIOURS, Behaviours
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.callgraph.solve import solve
from code_path_audit.libraries.generate.body import Body
from code_path_audit.libraries.generate.package import Package, wrapped_in
from code_path_audit.program.model import Program

MAX_ROUNDS = 8
"""Over all functions: a chain of calls that is longer than this is not followed to its end."""
MAX_SOLVED = 6_000
"""Functions of a package for which the call graph is asked, beside what names and classes say."""
NO_GRAPH = SolvedGraph((), (), (), (), (), (), {}, {}, {}, ())


def read_off(program: Program, behaviours: Behaviours = NO_BEHAVIOURS) -> Package:
    """What each function does with what it is given. `behaviours` are those of what the packages stand on."""
    graph = NO_GRAPH
    if len(program.functions) <= MAX_SOLVED:
        graph = solve(program, tuple(program.functions), program.stubs, behaviours, True)
    package = Package(program, graph, behaviours)
    first = [name for name in program.functions if program.facts(name).kind in ("module", "class")]
    others = [name for name in program.functions if program.facts(name).kind not in ("module", "class")]
    for name in first:
        if program.facts(name).kind == "class":
            wrapped_in(package, name)
    for _ in range(3):  # names of modules that import one another
        for name in first:
            package.summaries[name] = Body(package, name).run()
    todo = dict.fromkeys(others)
    for _ in range(MAX_ROUNDS):
        changed: dict[str, None] = {}
        before = package.size()
        for name in todo:
            found = Body(package, name).run()
            if found != package.summary(name):
                package.summaries[name] = found
                changed.update(package.users.get(name, {}))
        if package.size() != before:
            todo = dict.fromkeys(others)  # what objects and modules keep is known to all
        elif changed:
            todo = {name: None for name in others if name in changed}
        else:
            break
    return package
