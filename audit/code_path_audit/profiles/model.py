"""What a trace of one action found: the public classes of the package, and the plain values behind them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import EXPENSIVE_THRESHOLD, ExpensiveOp, StateMutation
from code_path_audit.mermaid_text import label, node_id
from code_path_audit.sources.model import SkippedFile

MERMAID_NODES = 60
"""Functions that `CallGraph.render_mermaid` draws at most: more cannot be read."""

MERMAID_EDGES = 200
"""Arrows that it draws at most: Mermaid refuses charts that are much larger."""


@dataclass
class FunctionNode:
    """One function of a call graph. `calls` are fqnames of callees, in source order, without repetition."""

    fqname: str
    file: str
    line: int
    calls: list[str] = field(default_factory=list)
    state_mutations: list[StateMutation] = field(default_factory=list)
    expensive_ops: list[ExpensiveOp] = field(default_factory=list)


@dataclass
class Action:
    """Something that a user waits for. `entry_points`: fqnames, globs over them, modules, or `module:function`."""

    name: str
    entry_points: list[str]
    description: str = ""


class Redundancy(NamedTuple):
    """The same work on the same input, more than once: `sites` are "function:line", `load` what the repeats weigh."""

    callee: str
    input: str
    sites: tuple[str, ...]
    op_ids: tuple[str, ...]
    load: int


class Pipelining(NamedTuple):
    """Independent ops in one block that run one after the other. `saving` is their load minus the heaviest of them."""

    function: str
    file: str
    line: int
    steps: tuple[str, ...]
    op_ids: tuple[str, ...]
    load: int
    saving: int
    how: str


FELT = 1000
"""Runs in loops of unknown bound at which users feel it: by these it is judged what a change is worth that a loop
repeats. The assumed bound of a cost model is the least that it may be."""


class Candidate(NamedTuple):
    """One proposed optimization, with the load that it would save: traced with it applied, not guessed.

    `why` says what was proved, `assumes` what could not be and is taken for granted, "" for nothing. `id` is a short
    hash of kind, function and ops. `target` is the line of the loop or branch that a statement moves to, 0 for none.
    `felt` is what is saved, and `paid` what the action surely pays there, where the loops of unknown bound that the
    saving grows with make it run as often as users feel: by these it is judged. Told is what one round of these loops
    saves, `each`, of what it costs, `each_paid`, and `per` says in words of what each is one, "" outside of such loops;
    `counted` is how many of them the load of the action counts. `calls` are the calls that change, as "file:line:column
    callee" with the column in bytes, and `adds` what an edit adds to them, "" for none."""

    kind: str
    title: str
    function: str
    file: str
    line: int
    op_ids: tuple[str, ...]
    current_load: int
    saving: int
    effort: str
    priority: str
    why: str
    assumes: str = ""
    id: str = ""
    target: int = 0
    felt: int = 0
    paid: int = 0
    calls: tuple[str, ...] = ()
    adds: str = ""
    each: int = 0
    each_paid: int = 0
    per: str = ""
    counted: int = 0

    @property
    def grows(self) -> bool:
        """Whether the loops that it concerns may be as long as what users have. Those that an import runs go over what
        the program and its surroundings are: nobody has a thousand of them because of a user."""
        return self.kind != "late_import"


class UnresolvedCall(NamedTuple):
    """A call nothing is known of: where, why, and as it is written."""

    function: str
    file: str
    line: int
    reason: str
    text: str


class ComparedOp(NamedTuple):
    """One op that was predicted and ran. Load units of all its executions in one run of the action: `predicted` by a
    trace without observations, `informed` with sizes and bounds as recorded; `measured` in nanoseconds. `why` says what
    is wrong with a prediction that is far off, "" for any other."""

    op_id: str
    function: str
    callee: str
    cost_class: str
    predicted: int
    informed: int
    measured: int
    why: str


COUNTED = "the call is not resolved; it is in the load as it ran"
"""Of an op that static analysis did not find, and that is one by the recording alone."""


class MissedOp(NamedTuple):
    """An op that ran where a trace without the recording has none; `measured` as above."""

    function: str
    callee: str
    cost_class: str
    measured: int
    why: str


class Comparison(NamedTuple):
    """A recorded action: predicted against measured. The totals are over `rows`.

    `never_ran` are ids of ops that did not run while the action was recorded, `unseen` of those that a recording cannot
    see. `stale` counts observations of a source that has changed since.
    """

    rows: tuple[ComparedOp, ...]
    predicted: int
    informed: int
    measured: int
    never_ran: tuple[str, ...]
    unseen: tuple[str, ...]
    missed_ops: tuple[MissedOp, ...]
    stale: int


@dataclass
class CallGraph:
    """Who calls whom: `nodes` by fqname, `edges` from caller to callees. Functions outside the source are no nodes."""

    nodes: dict[str, FunctionNode] = field(default_factory=dict)
    edges: dict[str, set[str]] = field(default_factory=dict)

    def add_edge(self, caller: str, callee: str) -> None:
        """Note that `caller` calls `callee`; the caller's node, if there is one, lists it last. Twice is once."""
        self.edges.setdefault(caller, set()).add(callee)
        node = self.nodes.get(caller)
        if node is not None and callee not in node.calls:
            node.calls.append(callee)

    def transitive_callees(self, root: str, max_depth: int = 10) -> set[str]:
        """All functions that `root` reaches in at most `max_depth` calls; `root` itself only where it calls back.

        KeyError for a root that is neither a node nor part of an edge: "unknown" is not "calls nothing".
        """
        return {callee for _, callee in self._walk(root, max_depth)}

    def render_mermaid(self, root: str, max_depth: int = 5) -> str:
        """A Mermaid flowchart of what `root` reaches in at most `max_depth` calls, nearest first; KeyError as above.

        At most 60 functions and 200 arrows are drawn; a last node says how many were left out.
        """
        arrows = self._walk(root, max_depth)
        order = dict.fromkeys([root, *(callee for _, callee in arrows)])
        number = {name: index for index, name in enumerate(list(order)[:MERMAID_NODES])}
        lines = ["flowchart TD", *(f"    {node_id(index)}[{label(name)}]" for name, index in number.items())]
        drawn = [(number[a], number[b]) for a, b in arrows if a in number and b in number][:MERMAID_EDGES]
        lines += [f"    {node_id(caller)} --> {node_id(callee)}" for caller, callee in drawn]
        hidden = [
            f"{count:,} more {noun}{'' if count == 1 else 's'}"
            for count, noun in ((len(order) - len(number), "function"), (len(arrows) - len(drawn), "call"))
            if count
        ]
        if hidden:
            lines.append(f"    {node_id(len(number))}[{label('not drawn, ' + ', '.join(hidden))}]")
        return "\n".join(lines) + "\n"

    def _walk(self, root: str, max_depth: int) -> list[tuple[str, str]]:
        """The edges met on a walk from `root`, breadth first, callees by name."""
        if root not in self.nodes and root not in self.edges and not any(root in c for c in self.edges.values()):
            raise KeyError(f"{root!r} is not in the call graph of {len(self.nodes):,} functions")
        depths = {root: 0}
        queue = deque([root])
        arrows = []
        while queue:
            caller = queue.popleft()
            if depths[caller] >= max_depth:
                continue
            for callee in sorted(self.edges.get(caller, ())):
                arrows.append((caller, callee))
                if callee not in depths:
                    depths[callee] = depths[caller] + 1
                    queue.append(callee)
        return arrows


class UnmodelledLibrary(NamedTuple):
    """A library without a model, by its top-level name, and the edges that are guessed at calls of it."""

    library: str
    edges: int


class UnweighedLibrary(NamedTuple):
    """A library of which neither a rule nor a model speaks, by its top-level name, and the call sites at which the
    action calls it: they weigh nothing."""

    library: str
    calls: int


@dataclass(frozen=True)
class ActionProfile:
    """What one trace of one action found. Weights and loads are in load units.

    `expensive_ops` holds every op of the action, the heaviest first; `total_load_estimate` is the sum of their weights.
    `redundancy` is (callee and input, how many times); `pipelining_candidates` has the steps of each independent
    group; `unresolved_calls` is "function:line reason: text". The typed rows behind these three are in `redundancies`,
    `pipelinings` and `unresolved`. `max_depth` is None where all calls were followed; `cut_by_depth` counts the
    functions that a limit kept out, `cut_functions` names them. `possible_calls` counts the calls that are only
    possible, and were not followed; where they were asked for, what only they reach is in no load. `unmodelled` names
    the libraries without a model at whose calls edges are guessed, with how many, the most first; `unweighed` those of
    which nothing is known, so that their calls weigh nothing. `comparison` holds
    the trace against a recording, None where there is none. `mermaid` and `markdown` are "" until the pipeline has
    rendered them.
    """

    action: Action
    call_graph: CallGraph = field(default_factory=CallGraph)
    expensive_ops: list[ExpensiveOp] = field(default_factory=list)
    state_mutations: list[StateMutation] = field(default_factory=list)
    redundancy: list[tuple[str, int]] = field(default_factory=list)
    pipelining_candidates: list[list[str]] = field(default_factory=list)
    total_load_estimate: int = 0
    unresolved_calls: list[str] = field(default_factory=list)
    mermaid: str = ""
    markdown: str = ""
    redundancies: tuple[Redundancy, ...] = ()
    pipelinings: tuple[Pipelining, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    unresolved: tuple[UnresolvedCall, ...] = ()
    model: str = ""
    threshold: int = EXPENSIVE_THRESHOLD
    calibrated: bool = False
    uncalibrated: tuple[str, ...] = ()
    max_depth: int | None = 10
    cut_by_depth: int = 0
    cut_functions: tuple[str, ...] = ()
    possible_calls: int = 0
    unmodelled: tuple[UnmodelledLibrary, ...] = ()
    unweighed: tuple[UnweighedLibrary, ...] = ()
    skipped: tuple[SkippedFile, ...] = ()
    widened: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()
    entries: tuple[str, ...] = ()
    comparison: Comparison | None = None
