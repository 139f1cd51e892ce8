"""Imports at the top of modules of what start-up, or a run of an action, does not need."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.lowering.statements import absolute_module
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.profiles.candidates.calls import led_to
from code_path_audit.profiles.candidates.early import is_read
from code_path_audit.profiles.candidates.names import bound_by
from code_path_audit.profiles.candidates.proposal import Proposal, Traced, gone, proposal
from code_path_audit.profiles.candidates.repeatable import is_stream
from code_path_audit.profiles.candidates.switches import Switches
from code_path_audit.profiles.candidates.syntax import SCOPES, Spot, lines_of, nodes_of
from code_path_audit.profiles.reach import Reach, is_module, op_order

STARTED = 10
"""Thresholds of the model that an import has to cost which reads no file of a size that nobody knows: less is lost in
what it takes to start a process and to find a module, which no model weighs."""


def reads_all(op: ExpensiveOp) -> bool:
    """Whether an op reads or parses what it is not known how much it is."""
    return op.size_source == "assumed" and (is_stream(op) or op.callee.rpartition(".")[2].startswith(("read_", "load")))


def late_imports(traced: Traced, switches: Switches) -> Iterator[Proposal]:
    """Imports at the top of modules of what only functions use which the action does not reach: of a module of the
    source with heavy work in its body, or of a package that a cost rule weighs."""
    found: dict[str, list[tuple[str, int]]] = {}
    ops_of: dict[str, list[ExpensiveOp]] = {}
    program = traced.reach.program
    ways = cache(lambda: ways_of(traced, switches))
    for op in traced.ops:
        if op.site >= 0 and program.facts(op.function).sites[op.site].kind == "import":
            found.setdefault(op.callee, []).append((op.function, op.line))
            ops_of.setdefault(op.callee, []).append(op)
    for edge in traced.reach.edges:
        if edge.kind == "import" and is_module(program, edge.callee) and edge.callee not in traced.reach.entries:
            found.setdefault(edge.callee, []).append((edge.caller, program.line(edge.caller, edge.site)))
    for callee, places in found.items():
        if callee not in ops_of:
            ops_of[callee] = [op for name in led_to(traced, callee) for op in traced.ops_in(name)]
        ops = sorted(ops_of[callee], key=lambda op: (-op.weight, op_order(op)))
        load = sum(op.weight for op in ops)
        least = 0 if any(reads_all(op) for op in ops) else STARTED * traced.model.threshold
        if load < least or not traced.is_worth(ops, load, load, grows=False):
            continue
        used = [users_of(traced, function, line, callee) for function, line in places]
        if not all(used) or ways().need(traced, frozenset[Definition]().union(*used)):
            continue
        some = ways().commands or ways().are_some_off
        who = "not each run of this action comes to" if some else "this action does not reach"
        (function, line), effort = min(places), "small" if len(places) == 1 else "medium"
        first = ops[0]._replace(function=function, file=program.path(function), line=line)
        yield proposal(
            "late_import", f"Import {callee} where it is used, not when {function} is imported", first,
            {op_order(op): gone for op in ops}, ops, effort,
            f"only functions use it that {who}; effort {effort}: "
            f"{'one import moves' if len(places) == 1 else f'{len(places)} imports move'} into them",
            "nothing needs what importing it does beside",
        )  # fmt: skip


Definition = tuple[str, int]
"""The file of a function, and a line that it may be known by."""


def users_of(traced: Traced, function: str, line: int, module: str) -> frozenset[Definition]:
    """The functions that use what an import at the top of a file binds of a module; none where anything else there
    does, or may."""
    program = traced.reach.program
    path = program.path(function)
    file = traced.syntax.file(path)
    if file is None or program.facts(function).kind != "module":
        return frozenset()
    nodes = [
        node for node in file.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]  # fmt: skip
    if len(nodes) != 1:
        return frozenset()
    bound = bound_of(nodes[0], module, program.modules[program.functions[function][0]])
    if "*" in bound or any(name in bound for name in exported(file.tree)):
        return frozenset()
    for node in nodes_of(file.tree):
        if any(is_read(node, name) for name in bound):
            return frozenset()
    found: set[Definition] = set()
    for scope in ast.walk(file.tree):
        if not isinstance(scope, SCOPES) or isinstance(scope, ast.Module):
            continue
        if any(is_read(node, name) for node in nodes_of(scope) for name in bound):
            if isinstance(scope, ast.Lambda | ast.ClassDef):
                return frozenset()
            found.update((path, row) for row in lines_of(scope))
    return frozenset(found)


class Ways(NamedTuple):
    """What an action runs: `always` the functions that it comes to whatever its command line says, `commands` those of
    each of the commands that a call site chooses from. `are_some_off`: calls are left out that are off by default."""

    always: frozenset[str]
    commands: tuple[tuple[frozenset[str], ...], ...]
    are_some_off: bool

    def need(self, traced: Traced, used: frozenset[Definition]) -> bool:
        """Whether each run of the action comes to one of some functions."""
        program = traced.reach.program

        def is_among(names: frozenset[str]) -> bool:
            return any((program.path(name), program.facts(name).line) in used for name in names)

        return is_among(self.always) or any(all(map(is_among, rows)) for rows in self.commands)


def ways_of(traced: Traced, switches: Switches) -> Ways:
    """What an action runs, by its commands, and without what is off by default."""
    reach, lines = traced.reach, traced.counted.counting.apart.commands.lines
    commands = {place: {edge.callee for edge in traced.edges.get(place, ())} for place in lines}
    commands = {place: callees for place, callees in commands.items() if len(callees) > 1}
    calls = [edge for edge in reach.edges if edge.kind == "call" and edge.site >= 0]
    off = {(edge.caller, edge.site) for edge in calls if is_off(traced, switches, edge)}
    chosen: dict[str, dict[str, set[str]]] = {}
    for edge in calls if switches.commands else ():
        name = command_around(traced, switches, edge)
        if name:
            chosen.setdefault(edge.caller, {}).setdefault(name, set()).add(edge.callee)
            off.add((edge.caller, edge.site))
    always = led_from(reach, reach.entries, {*commands, *off})
    rows = [callees for (caller, _), callees in sorted(commands.items()) if caller in always]
    of_commands = [tuple(led_from(reach, [callee], off) for callee in sorted(row)) for row in rows]
    for caller, names in sorted(chosen.items()):
        if caller in always:
            # a command that no branch is for, or of which nothing is called
            others = (frozenset[str](),) if len(names) < switches.added else ()
            of_commands.append((*(led_from(reach, sorted(row), off) for _, row in sorted(names.items())), *others))
    return Ways(always, tuple(of_commands), bool(off))


def command_around(traced: Traced, switches: Switches, edge: Edge) -> str:
    """The command of argparse for which alone a call runs; "" for none."""
    names = (switches.command_of(test) for _, test, is_met in tests_around(traced, edge) if is_met)
    return next(filter(None, names), "")


def is_off(traced: Traced, switches: Switches, edge: Edge) -> bool:
    """Whether a call stands in a branch that nothing comes to unless it is asked for."""
    callers = traced.reach.callers.get(edge.caller, ())
    is_entry = not callers or edge.caller in traced.reach.entries
    return any(switches.off(spot, test, is_met, is_entry) for spot, test, is_met in tests_around(traced, edge))


def tests_around(traced: Traced, edge: Edge) -> Iterator[tuple[Spot, ast.expr, bool]]:
    """Where a call stands, with the test of each `if` that has it in a branch, and whether it runs where that holds;
    the innermost first."""
    facts = traced.reach.facts(edge.caller)
    spot = traced.syntax.spot(edge.caller, edge.site) if facts.sites[edge.site].conditional else None
    if spot is None:
        return
    child: ast.AST = spot.node
    for node in spot.around:
        if isinstance(node, ast.If) and child is not node.test:
            yield spot, node.test, child in node.body
        child = node


def led_from(reach: Reach, names: Iterable[str], left_out: Container[tuple[str, int]]) -> frozenset[str]:
    """What calls lead to from some functions on, but for those of some call sites."""
    found, todo = set(names), list(names)
    while todo:
        for edge in reach.callees.get(todo.pop(), ()):
            if edge.callee not in found and (edge.caller, edge.site) not in left_out:
                found.add(edge.callee)
                todo.append(edge.callee)
    return frozenset(found)


def bound_of(node: ast.Import | ast.ImportFrom, module: str, here: ModuleFacts) -> set[str]:
    """The names that an import binds of a module: of several that it imports, that of the module alone."""
    base = f"{absolute_module(node, here.module, here.is_package)}." if isinstance(node, ast.ImportFrom) else ""
    own = [alias for alias in node.names if f"{base}{alias.name}" == module]
    return {alias.asname or alias.name.partition(".")[0] for alias in own or node.names}


def exported(tree: ast.Module) -> set[str]:
    """The names in `__all__`."""
    return {
        part.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and "__all__" in set(bound_by(node))
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
