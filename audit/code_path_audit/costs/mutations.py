"""Where state changes: what the syntax of the reached functions shows, and what the calls of rules do."""

from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.costs.calls import MatchedCall, changes_state, constant_path, matched_calls
from code_path_audit.costs.model import StateMutation
from code_path_audit.costs.rules import Rules
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.program.model import Program


def find_mutations(program: Program, graph: SolvedGraph, rules: Rules) -> tuple[StateMutation, ...]:
    """All mutations of the reached functions, sorted by (function, line, site, kind, target), none twice.

    Targets: "self.history", "module.events" (with the module's own name), "file:data.json" ("file:" and the callee
    where the path is not constant), "network:requests.post", "process:subprocess.run", "queue:queue.Queue.put".
    """
    # a method of the source that is called `append` or `add` changes what its own body says it does
    own_methods = {(edge.caller, edge.site) for edge in graph.edges if edge.kind == "call"}
    own_methods -= {(external.caller, external.site) for external in graph.externals}
    found: set[StateMutation] = set()
    for function in graph.functions:
        if function in program.functions:
            facts = program.facts(function)
            found.update(_written(program, function, facts, own_methods))
            found.update(_globals(program, function, facts))
    for call in matched_calls(program, graph, rules):
        if changes_state(call):
            found.add(
                StateMutation(
                    _target(call),
                    call.rule.mutation,
                    program.line(call.function, call.site),
                    call.function,
                    program.path(call.function),
                    call.site,
                )
            )
    return tuple(sorted(found, key=lambda row: (row.function, row.line, row.site, row.kind, row.target)))


def _written(
    program: Program, function: str, facts: FunctionFacts, own_methods: set[tuple[str, int]]
) -> list[StateMutation]:
    path = program.path(function)
    return [
        StateMutation(row.target, row.kind, line, function, path, row.site)
        for row, line in zip(facts.mutations, facts.positions.mutations, strict=True)
        if row.site < 0 or row.kind != "container_mutate" or (function, row.site) not in own_methods
    ]


def _globals(program: Program, function: str, facts: FunctionFacts) -> list[StateMutation]:
    """Globals that a function binds anew; at its own line, unless a statement with a call in it writes them."""
    module, _ = program.functions[function]
    known = {row.target for row in facts.mutations if row.kind == "global_write"}
    rows = []
    lines: dict[str, int] = {}
    if facts.globals_written:
        for statement, line in zip(facts.statements, facts.positions.statements, strict=True):
            for name in statement.writes:
                lines.setdefault(name, line)
    for name in facts.globals_written:
        target = f"{module}.{name}"
        if target not in known:
            line = lines.get(name, facts.line)
            rows.append(StateMutation(target, "global_write", line, function, program.path(function)))
    return rows


def _target(call: MatchedCall) -> str:
    if call.rule.mutation == "file_write":
        return f"file:{constant_path(call) or call.callee}"
    return f"{call.rule.channel}:{call.callee}"
