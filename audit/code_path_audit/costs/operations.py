"""Call sites to ops: which one costs what, inside its own function."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE, OBSERVED, Bound, Evidence, SolvedGraph
from code_path_audit.config import Hint
from code_path_audit.costs.calls import MatchedCall, changes_state, matched_calls, value_at
from code_path_audit.costs.identity import op_id
from code_path_audit.costs.model import LOOP_AMPLIFIED, CostClass, CostModel, ExpensiveOp, MeasuredOp, OtherCallee
from code_path_audit.costs.models import LATER_CLASSES
from code_path_audit.costs.rules import Rules
from code_path_audit.costs.sizes import comment_sizes, op_size
from code_path_audit.costs.weights import LARGEST_COUNT, weight
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.program.model import Program
from code_path_audit.sources.data_files import FileSize

_BOUND_SOURCES = ("literal", "constant", "hint", "measured", "unknown")
"""From the surest to the least sure: the bound of nested loops is as sure as the least sure of them."""

_UNKNOWN = Bound(None, "unknown")
GRAPH = "graph"
"""The kind of work on objects of the source that hold others."""

LOCAL = "local"
"""The kind of work that no network is between."""

UNMEASURED = MeasuredOp(None, None)
CERTAIN, LIKELY = Evidence.CERTAIN.word, Evidence.LIKELY.word
CALL = "call"


class Loops(NamedTuple):
    """The loops of its own function around a call site, together: `lines` from the outermost in."""

    amplification: int
    source: str
    lines: tuple[int, ...]


def find_ops(
    program: Program,
    graph: SolvedGraph,
    model: CostModel,
    rules: Rules,
    file_size: FileSize | None = None,
    hints: Mapping[str, Hint] | None = None,
    measured: Mapping[tuple[str, str, int], MeasuredOp] | None = None,
) -> tuple[ExpensiveOp, ...]:
    """All ops of the reached functions, one a call site, sorted by (function, line, column, site).

    Amplification is that of the function's own loops. Where a site has several callees that cost something, the class
    that is heaviest at its assumed size stands for it, and names those that may be called instead. `hints` are by
    function's fqname, `measured` is by the function, the callee and the op's ordinal.
    """
    by_site: dict[tuple[str, int, str], list[MatchedCall]] = defaultdict(list)
    costing = [call for call in matched_calls(program, graph, rules) if call.rule.cost_class]
    found_there = {(call.function, call.site) for call in costing if call.kind != OBSERVED}
    for call in costing:
        if call.kind == OBSERVED and (call.rule.light or (call.function, call.site) in found_there):
            continue  # only a recording shows it, and nothing else costs anything there
        is_apart = call.rule.apart or call.kind == OBSERVED
        by_site[call.function, call.site, call.callee if is_apart else ""].append(call)
    chosen = [(_heaviest(calls, model, rules), calls) for calls in by_site.values()]
    chosen.sort(key=lambda row: _order(program, row[0]))
    in_memory = held_in_memory(graph)
    ordinals: dict[tuple[str, str, str], int] = defaultdict(int)
    comments: dict[str, Mapping[int, int]] = {}
    ops = []
    for call, calls in chosen:
        same = (call.function, call.callee, call.rule.cost_class)
        ordinals[same] += 1
        module = program.functions[call.function][0]
        if module not in comments:
            comments[module] = comment_sizes(program, module)
        hint = hints.get(call.function) if hints else None
        found = measured.get((call.function, call.callee, ordinals[same]), UNMEASURED) if measured else UNMEASURED
        op = _op(program, graph, model, rules, call, ordinals[same], comments[module], file_size, hint, found)
        others = [
            _op(program, graph, model, rules, other, 1, comments[module], file_size, hint, UNMEASURED)
            for other in alternatives(graph, call, calls)
        ]
        if others:
            op = op._replace(others=tuple(map(_as_other, others)))
        if op.evidence == CERTAIN and (call.function, call.site) in in_memory:
            op = op._replace(evidence=LIKELY)
        ops.append(op)
    return tuple(ops)


def _as_other(op: ExpensiveOp) -> OtherCallee:
    return OtherCallee(op.callee, op.weight, op.base_class, op.kind, op.size, op.light)


HANDLES = ("io.", "typing.")
"""The modules of what a file is read by once it is open: one thing, as it was opened or as it is declared."""

IN_MEMORY = ("io.StringIO.", "io.BytesIO.")
"""What has the methods of an open file, and is none."""


def alternatives(graph: SolvedGraph, call: MatchedCall, calls: list[MatchedCall]) -> list[MatchedCall]:
    """What may be called in place of a callee, of all callees of its call site that cost something; by name. What is
    named for a call whose result is not known (`x.open().read`) may be another of them by another name, and is none."""
    if (call.function, call.site) not in graph.alternatives or call.kind != CALL or "()" in call.callee:
        return []
    found = {
        other.callee: other
        for other in calls
        if other.kind == CALL
        and other.callee != call.callee
        and "()" not in other.callee
        and other.evidence == call.evidence
        and not (other.callee.startswith(HANDLES) and call.callee.startswith(HANDLES))
    }
    return [found[name] for name in sorted(found)]


def held_in_memory(graph: SolvedGraph) -> set[tuple[str, int]]:
    """The call sites that may ask something that is no file, in place of one."""
    asked = ((row.caller, row.site) for row in graph.externals if row.kind == CALL and row.callee.startswith(IN_MEMORY))
    return {place for place in asked if place in graph.alternatives}


def _op(
    program: Program,
    graph: SolvedGraph,
    model: CostModel,
    rules: Rules,
    call: MatchedCall,
    ordinal: int,
    comments: Mapping[int, int],
    file_size: FileSize | None,
    hint: Hint | None,
    measured: MeasuredOp,
) -> ExpensiveOp:
    facts = program.facts(call.function)
    line, column, last_line, _ = facts.positions.sites[call.site]
    kind, cost_class = constants(call, model, rules)
    light = call.rule.light and not kind
    comment = _comment(comments, line, last_line) if comments else None
    size = op_size(call, cost_class, file_size, comment, hint, measured.size)
    loops = loops_around(facts, graph, call.function, call.site, model.assumed_bound)
    amplified = loops.amplification > 1 or loops.source == "unknown"
    return ExpensiveOp(
        callee=call.callee,
        cost_class=LOOP_AMPLIFIED if amplified else cost_class.name,
        data_size_estimate=size.estimate(),
        line=line,
        weight=weight(cost_class, loops.amplification, size.amount, light),
        base_class=cost_class.name,
        function=call.function,
        file=program.path(call.function),
        column=column,
        site=call.site,
        ordinal=ordinal,
        id=op_id(call.function, call.callee, cost_class.name, ordinal),
        size=size.amount,
        size_source=size.source,
        amplification=loops.amplification,
        bound_source=loops.source,
        evidence=call.evidence,
        amplified_by=tuple(f"{call.function}:{line}" for line in loops.lines) if amplified else (),
        light=light,
        measured_ns=measured.ns,
        measured_runs=measured.runs,
        kind=kind,
    )


def constants(call: MatchedCall, model: CostModel, rules: Rules) -> tuple[str, CostClass]:
    """(kind, constants) that weigh a call: those of its kind of work where the model has them, else ("", its class)."""
    name = call.rule.cost_class
    cost_class = model.classes[name if name in model.classes else LATER_CLASSES[name]]
    kind = rules.kind(call.callee, cost_class.name) if cost_class.kinds else ""
    if kind == GRAPH and not holds_objects(call):
        kind = ""
    if call.is_local and LOCAL in cost_class.kinds:
        kind = LOCAL
    if f"{kind}_write" in cost_class.kinds and changes_state(call):
        kind += "_write"
    return (kind, cost_class.kinds[kind]) if kind in cost_class.kinds else ("", cost_class)


def holds_objects(call: MatchedCall) -> bool:
    """Whether what a call handles are objects of the source in containers."""
    value = value_at(call, call.rule.size_from)
    return value is not None and value.kind == "objects"


def loops_around(facts: FunctionFacts, graph: SolvedGraph, function: str, site: int, assumed_bound: int) -> Loops:
    """The loops of a function around one of its call sites. (1, "", ()) outside of loops."""
    amplification = 1
    sources = set()
    lines: list[int] = []
    loop = facts.sites[site].loop
    while loop >= 0 and len(lines) <= len(facts.loops):  # parents that form a ring come from no parser
        bound = graph.bounds.get((function, loop), _UNKNOWN)
        amplification *= assumed_bound if bound.count is None else max(bound.count, 0)
        sources.add("unknown" if bound.count is None else bound.source)
        lines.append(facts.positions.loops[loop])
        loop = facts.loops[loop].parent
    source = max(sources, key=_BOUND_SOURCES.index, default="")
    return Loops(min(amplification, LARGEST_COUNT), source, tuple(reversed(lines)))


def _heaviest(calls: list[MatchedCall], model: CostModel, rules: Rules) -> MatchedCall:
    def rank(call: MatchedCall) -> tuple[int, int, str]:
        kind, cost_class = constants(call, model, rules)
        # by the class and not by the op's own size: the op keeps its identity when its data grows
        return (
            -weight(cost_class, 1, cost_class.assumed_size, call.rule.light and not kind),
            EVIDENCE.index(call.evidence),
            call.callee,
        )

    return min(calls, key=rank)


def _order(program: Program, call: MatchedCall) -> tuple[str, int, int, int, bool, str]:
    line, column, _, _ = program.facts(call.function).positions.sites[call.site]
    return call.function, line, column, call.site, call.rule.apart, call.callee


def _comment(comments: Mapping[int, int], first: int, last: int) -> int | None:
    """The size that a comment on one of the lines of a call gives it."""
    return next((comments[line] for line in sorted(comments) if first <= line <= max(first, last)), None)
