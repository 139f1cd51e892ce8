"""One action to its profile: every step of the trace, in order."""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence, SolvedGraph
from code_path_audit.costs.model import CostModel, ExpensiveOp, StateMutation
from code_path_audit.errors import AuditError
from code_path_audit.profiles.amplification import (
    Counted,
    Route,
    amplified,
    base_class_of,
    counted,
    loops_of,
    prominence,
    routes,
    run_less,
    walked,
)
from code_path_audit.profiles.effects import Knowledge
from code_path_audit.profiles.entry import resolve_entries
from code_path_audit.profiles.event_loop import blocking
from code_path_audit.profiles.model import Action, ActionProfile, CallGraph, FunctionNode, UnresolvedCall
from code_path_audit.profiles.pipelining import find_pipelining, pays
from code_path_audit.profiles.reach import Reach, grouped, op_order, reach
from code_path_audit.profiles.redundancy import find_redundancy
from code_path_audit.profiles.runs.kept_rows import fetching
from code_path_audit.profiles.runs.model import Place
from code_path_audit.profiles.runs.templates import asks_for_template, compiled, keeps_templates
from code_path_audit.program.model import Program
from code_path_audit.sources.text import ReadSource

MAX_OPS = 20_000
"""Operations of one action: no program that people wait for has so many, and each is weighed, compared and written."""


class Weighed(NamedTuple):
    """What an action reaches, and the ops of it as the action runs them: a trace without proposals."""

    reach: Reach
    model: CostModel
    routes: dict[str, Route]
    counted: Counted
    ops: tuple[ExpensiveOp, ...]

    def edges(self, op: ExpensiveOp) -> list[Edge]:
        """The calls on the path of an op, as far as it has them."""
        return walked(self.reach, self.routes, op.function)[0][-(len(op.path) - 1) :] if len(op.path) > 1 else []

    def loops(self, op: ExpensiveOp) -> tuple[Place, ...]:
        """The loops that amplify an op, outermost first: `amplified_by` without lines."""
        return loops_of(self.reach, self.model, self.routes, op)


def trace(
    program: Program,
    graph: SolvedGraph,
    ops: tuple[ExpensiveOp, ...],
    mutations: tuple[StateMutation, ...],
    model: CostModel,
    action: Action,
    max_depth: int | None = 10,
    read: ReadSource | None = None,
) -> ActionProfile:
    """What `action` pays for, over a graph that was solved from (at least) its entry points.

    `ops` and `mutations` are those of the whole graph, ops amplified by the loops of their own functions. Functions
    more than `max_depth` calls away from every entry (None: no limit) are cut and named. `read` gives the source of a
    file, which proposals are proven by. AuditError for entry points that name nothing.
    """
    # the gate weighs, and proposes nothing
    from code_path_audit.profiles.candidates.find import find_candidates

    if max_depth is not None and max_depth < 0:
        raise AuditError("bad-depth", f"a depth of {max_depth} reaches nothing", todo="Give 0 or more.")
    entries = resolve_entries(program, action.entry_points)
    reached, _, found, runs, heavy = weigh(program, graph, ops, mutations, model, entries, max_depth)
    known = Knowledge(reached, runs.counting.steady, runs.counting.caches)
    # nothing is proposed for what is only guessed
    told = tuple(op for op in heavy if op.evidence != Evidence.POSSIBLE.word)
    repeats = find_redundancy(reached, model, found, known, told, runs.counting)
    concurrent = tuple(group for group in find_pipelining(reached, known, told) if pays(group.row, model))
    candidates = find_candidates(reached, model, found, runs, known, told, repeats, concurrent, read)
    unresolved = unresolved_rows(reached)
    return ActionProfile(
        action=action,
        call_graph=view_of(reached, heavy),
        expensive_ops=sorted(heavy, key=lambda op: (*prominence(op), op_order(op))),
        state_mutations=list(reached.mutations),
        redundancy=[(f"{repeat.row.callee} {repeat.row.input}", len(repeat.row.sites)) for repeat in repeats],
        pipelining_candidates=[list(group.row.steps) for group in concurrent],
        total_load_estimate=sum(op.weight for op in told),
        unresolved_calls=[f"{row.function}:{row.line} {row.reason}: {row.text}" for row in unresolved],
        redundancies=tuple(repeat.row for repeat in repeats),
        pipelinings=tuple(group.row for group in concurrent),
        candidates=candidates,
        unresolved=unresolved,
        model=model.name,
        threshold=model.threshold,
        calibrated=any(cost.calibrated for cost in model.classes.values()),
        uncalibrated=tuple(sorted({name for name in map(base_class_of, heavy) if not model.classes[name].calibrated})),
        max_depth=max_depth,
        cut_by_depth=len(reached.cut),
        cut_functions=reached.cut,
        possible_calls=len({(edge.caller, edge.site, edge.callee) for edge in reached.guesses}),
        skipped=program.skipped,
        widened=graph.widened,
        edges=reached.edges,
        entries=entries,
    )


def weigh(
    program: Program,
    graph: SolvedGraph,
    ops: tuple[ExpensiveOp, ...],
    mutations: tuple[StateMutation, ...],
    model: CostModel,
    entries: tuple[str, ...],
    max_depth: int | None = None,
) -> Weighed:
    """What entries reach in at most `max_depth` calls (None: in any number); rows as `trace` takes them. An entry that
    a decorator's function calls begins nothing: that function is among them. AuditError `too-many-operations`."""
    entries = tuple(name for name in entries if name not in graph.inner)
    reached = reach(program, graph, entries, ops, mutations, max_depth)
    if len(reached.ops) > MAX_OPS:
        raise AuditError(
            "too-many-operations",
            f"an action reaches {len(reached.ops):,} operations, more than {MAX_OPS:,}",
            where=", ".join(entries[:3]),
            todo="Give it fewer entry points, or exclude source that is generated.",
        )
    runs = counted(reached)
    found = routes(reached, model, runs.counting.plan.kept, runs.links)
    ops = tuple(amplified(reached, model, found, runs, op) for op in reached.ops)
    less = fetching(runs.counting, ops, model.assumed_bound) | compiled(runs.counting, runs.functions, ops)
    if less:
        kept = ((op, less.get(op_order(op), ())) for op in ops)
        ops = tuple(run_less(model, op, fewer) if fewer else op for op, fewer in kept if fewer is not None)
    longer, here = runs.counting.lasting, runs.counting.keeping
    if longer is not None and here is not None:
        ops = tuple(
            op._replace(kept_longer=longer.is_kept(op.function, op.site), kept_here=here.is_kept(op.function, op.site))
            for op in ops
        )
    if any(asks_for_template(op.callee) for op in ops) and keeps_templates(reached, longer):
        ops = tuple(op._replace(kept_longer=True) if asks_for_template(op.callee) else op for op in ops)
    return Weighed(reached, model, found, runs, blocking(reached, ops))


def build_call_graph_view(
    program: Program,
    graph: SolvedGraph,
    ops: tuple[ExpensiveOp, ...] = (),
    mutations: tuple[StateMutation, ...] = (),
) -> CallGraph:
    """The whole solved graph as the public `CallGraph`: calls in source order, ops and mutations at their functions."""
    depths = dict.fromkeys(graph.functions, 0)
    whole = reach(program, graph, tuple(depths), ops, mutations, 0)
    return view_of(whole, whole.ops)


def view_of(reached: Reach, ops: tuple[ExpensiveOp, ...]) -> CallGraph:
    """The functions of a reach as nodes, sorted by name; what is outside of the source is no node."""
    ops_of, mutations_of = grouped(ops, "function"), grouped(reached.mutations, "function")
    view = CallGraph()
    for name in sorted(reached.depths):
        edges = sorted(reached.callees.get(name, ()), key=lambda edge: (edge.site, edge.callee))
        view.nodes[name] = FunctionNode(
            name,
            reached.program.path(name),
            reached.program.line(name),
            list(dict.fromkeys(edge.callee for edge in edges)),
            list(mutations_of.get(name, ())),
            list(ops_of.get(name, ())),
        )
        if edges:
            view.edges[name] = {edge.callee for edge in edges}
    return view


def unresolved_rows(reached: Reach) -> tuple[UnresolvedCall, ...]:
    """The unresolved calls of an action with their places, sorted by file, line and text."""
    program = reached.program
    rows = [
        UnresolvedCall(row.caller, program.path(row.caller), program.line(row.caller, row.site), row.reason, row.text)
        for row in reached.unresolved
    ]
    return tuple(sorted(rows, key=lambda row: (row.file, row.line, row.function, row.text, row.reason)))
