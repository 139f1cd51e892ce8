"""The state of one solution: variables (`variables.py`), what follows from what they hold; activations and their edges.

`run` goes on until nothing is new. Everything is processed in the order in which it came up, so that the same program
gives the same solution.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOUND, BOX, CLASS, EXT, MODULE, XINST
from code_path_audit.callgraph.solver.budget import BUDGET, Budget
from code_path_audit.callgraph.solver.ids import NO_ACTIVATION, NO_CLASS, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import AnyHandler, Variables
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import Type
from code_path_audit.program.model import Program
from code_path_audit.program.stubs.queries import Stubs

Positional = tuple[tuple[Var, bool], ...]
"""The positional arguments of a call: the variable of each, and whether it is unpacked."""

Keywords = tuple[tuple[str | None, Var], ...]
"""The keyword arguments of a call: the name of each, None for **, and its variable."""


class Call(NamedTuple):
    """One call to be resolved: at which site, with which variables, and where the result goes.

    `kind` is the edge kind; `evidence` is worse than `EXACT` where the call itself is a guess, whatever values it has.
    """

    site: Site
    dst: Var
    pos: Positional
    kw: Keywords
    kind: str
    evidence: Evidence = Evidence.EXACT


class Read(NamedTuple):
    """A read of an attribute that is going on."""

    dst: Var
    name: str
    site: Site


class Write(NamedTuple):
    """A write of an attribute that is going on."""

    name: str
    source: Var
    site: Site


class Iteration(NamedTuple):
    """An iteration that is going on: where the elements go."""

    target: Var
    site: Site
    is_async: bool


Lookups = tuple[Any, list[tuple[AnyHandler, Any, Value]]]
"""What a class answered when it was asked for a name, and what runs again when it answers otherwise."""

Context = tuple[int, ...]
"""What tells the activations of one function apart: the object it is bound to, then pairs of parameter and value."""

Layout = tuple[tuple[int, ...], dict[str, int], bool, bool]
"""Parameters of a function: the places of those by position, those by name, whether there is *args, **kwargs."""

AnyUse = tuple[Any, ...]
"""A use that code outside makes of a value (`summaries.Use`)."""

Model = Callable[["State", Call, Value], bool]
"""What a function of a library does: state, call and the value called to whether that is all there is to the call."""


class Steps(NamedTuple):
    """The steps that lead back to one another: a call reads attributes, and reading one may call a property.

    `solve` hands them to the state, and the modules below those that define them take them from there, so that imports
    run one way only. `apply` calls one value, `construct` a class of the source; `on_iterate` gives the elements of one
    value, `read` an attribute of one; `models` are the functions of libraries that no type describes, by dotted name.
    """

    apply: Callable[[State, Call, Value], None]
    construct: Callable[[State, Call, Value], None]
    on_iterate: Callable[[State, Iteration, Value], None]
    read: Callable[[State, Read, Value], None]
    models: Mapping[str, Model]


class State(Variables):
    """Everything the solver knows; the modules of this package are functions over it."""

    def __init__(
        self,
        program: Program,
        stubs: Stubs,
        returns: dict[str, str],
        behaviours: Behaviours,
        steps: Steps,
        budget: Budget = BUDGET,
    ) -> None:
        self.program, self.stubs, self.returns, self.behaviours = program, stubs, returns, behaviours
        self.apply, self.construct, self.on_iterate, self.read, self.models = steps
        super().__init__(budget)
        # functions and activations
        self.fids: dict[str, Function] = {}
        self.names: list[str] = []
        self.facts: list[FunctionFacts] = []
        self.modules: list[str] = []
        self.indices: list[int] = []
        self.a_function: list[Function] = []
        self.a_env: list[Activation] = []
        self.a_base: list[Var] = []
        self.a_return: list[Var] = []
        self.a_yield: list[Var] = []
        self.a_send: list[Var] = []
        self.a_class: list[Value] = []
        self.aids: dict[tuple[Function, Activation, Context], Activation] = {}
        self.contexts: dict[Function, int] = {}
        self.fresh: deque[Activation] = deque()
        self.module_aids: dict[str, Activation] = {}
        self.module_names: dict[str, frozenset[str]] = {}
        # what is found
        self.edges: dict[Site, dict[tuple[Activation, str], Evidence]] = {}
        self.external: dict[Site, dict[tuple[str, str], Evidence]] = {}
        self.answered: set[Site] = set()
        self.reasons: dict[Site, str] = {}
        self.callees: dict[Site, Var] = {}
        self.receivers: dict[Site, Value] = {}
        self.linked: set[tuple[Any, ...]] = set()
        self.layouts: dict[Function, Layout] = {}
        # what code outside does with values
        self.nobody = NO_ACTIVATION
        self.place_count = 0
        self.places: dict[AnyUse, dict[Value, int]] = {}
        self.groups: dict[tuple[AnyUse, Var], int] = {}
        self.members: dict[int, tuple[AnyUse, Var]] = {}
        self.uses: dict[Site, dict[int, Evidence]] = {}
        self.unsure: dict[int, set[Value]] = {}
        self.guessed: set[int] = set()
        self.parcels: dict[tuple[Var, int], Var] = {}
        self.defaults: dict[Value, dict[str, Var]] = {}
        self.phase = Evidence.EXACT
        # classes
        self.bases: dict[Value, list[list[Value]]] = {}
        self.own: dict[Value, set[str]] = {}
        self.mros: dict[Value, tuple[Value, ...]] = {}
        self.subclasses: dict[Value, dict[Value, None]] = {}
        self.lookups: dict[Value, dict[str, dict[Value, Lookups]]] = {}
        self.bodies: dict[Value, tuple[Callable[[State, tuple[Value, str, Site], Value], None], Site]] = {}
        self.metaclass: dict[Value, Var] = {}
        self.traits: dict[Value, set[str]] = {}
        self.constructed: dict[Value, None] = {}
        # evidence, used where values are missing
        self.entries: list[Activation] = []
        self.iterated: list[tuple[Var, Call]] = []
        self.guesses: list[tuple[Call, Value]] = []
        self.annotated: list[tuple[Var, Type, Activation]] = []
        self.typed_sinks: list[tuple[Var, Value]] = []
        self.node_counts: dict[Value, int | None] = {}
        self.postponed: list[tuple[Call, Value]] = []
        self.makers: dict[int, dict[int, Row]] = {}
        self.faces: dict[Value, dict[Value, None]] = {}
        self.derived: dict[Value, int] = {}
        self.data_contexts: dict[Function, int] = {}
        self.made: dict[Function, Value] = {}
        self.unsettled: list[Activation] = []
        self.seen_activations = 0
        self.seen_unknown = 0
        self.common: dict[str, bool] = {}
        self.runs: dict[Var, Var] = {}
        self.alongside: dict[Value, Var] = {}
        self.made_classes: dict[tuple[Site, object], Value] = {}
        self.declared: dict[Value, str] = {}
        self.body_rows: dict[Value, dict[tuple[str, Value], None]] = {}
        self.built: dict[Value, dict[Value, None]] = {}
        self.declared_in: dict[Value, dict[tuple[str, Value], None]] = {}
        self.supplied: dict[Value, dict[tuple[Site, frozenset[str]], None]] = {}
        self.record_rows: dict[Function, tuple[tuple[str, bool], ...]] = {}
        self.sized_by: dict[Value, Var] = {}
        self.lengths: dict[Value, int] = {}
        self.unique: dict[str, list[str]] = {}
        self.synthetic: dict[Function, Site] = {}
        self.open_boxes: set[Value] = set()
        self.keys_of: dict[Value, list[str]] = {}
        self.mirrors: dict[Value, dict[tuple[Value, int, int | None], None]] = {}
        self.partials: dict[Value, tuple[Positional, Keywords]] = {}
        self.held: dict[Value, Var] = {}
        self.proxies: dict[Value, tuple[Var, Var | None]] = {}
        self.stood_for: dict[tuple[Value, Site], Var] = {}
        self.cached: set[Value] = set()
        self.managers: dict[Value, Var] = {}
        self.marks: dict[Value, tuple[str, tuple[Var, ...]]] = {}
        self.rendered: dict[Site, int] = {}
        self.stored: dict[Value, tuple[str, ...]] = {}
        self.families: dict[Value, Value] = {}
        self.blind_imports: list[Call] = []
        self.served: dict[str, int] = {}
        self.walks = False
        self.begun_imports: list[tuple[Call, str]] = []
        self.seen_texts = 0
        self.named: dict[str, dict[str, None]] = {}
        self.picks: dict[str, list[Call]] = {}

    def run(self, begin: Callable[[State, Activation], None]) -> None:
        """Go on until nothing is new. `begin` reads the body of an activation when it is first reached."""
        queue, fresh, tasks, late = self.queue, self.fresh, self.tasks, self.late
        while tasks or fresh or queue or late:
            if self.steps > self.limit:
                self.squeeze()
                if self.is_over():
                    for rest in (queue, fresh, tasks, late):
                        rest.clear()
                    return
            if tasks:
                handler, data, values, several = tasks.popleft()
                self.steps += len(values)
                if several:
                    handler(self, data, values)
                else:
                    for value in values:
                        handler(self, data, value)
                continue
            if fresh:
                begin(self, fresh.popleft())
                continue
            if not queue:
                handler, data, late_value = late.popleft()
                self.steps += 1
                handler(self, data, late_value)
                continue
            var = queue.popleft()
            news = self.delta[var]
            self.delta[var] = None
            if news is None:
                continue
            after = self.next[var]
            if after:
                self.pass_on(news, after)
            rows = self.watchers[var]
            if rows:
                self.notify(list(rows.items()), news)

    def busy(self) -> bool:
        """Whether something is still to be passed on."""
        return bool(self.queue or self.tasks or self.fresh or self.late)

    # functions and activations

    def function(self, fqname: str) -> Function:
        """The number of a function of the program."""
        fid = self.fids.get(fqname)
        if fid is None:
            fid = self.fids[fqname] = Function(len(self.names))
            module, index = self.program.functions[fqname]
            self.names.append(fqname)
            self.facts.append(self.program.modules[module].functions[index])
            self.modules.append(module)
            self.indices.append(index)
        return fid

    def activations(self, start: int = 0) -> Iterator[Activation]:
        """All of them, or those that came up from one on."""
        return map(Activation, range(start, len(self.a_function)))

    def activate(self, fid: Function, env: Activation, context: Context) -> Activation:
        """The activation of a function in a context: its body is read once."""
        key = (fid, env, context)
        aid = self.aids.get(key)
        if aid is None:
            aid = self.aids[key] = Activation(len(self.a_function))
            self.a_function.append(fid)
            self.steps += 4 * len(self.facts[fid].code) + 10
            self.a_env.append(env)
            self.a_base.append(self.variables(self.facts[fid].registers + 3))
            first = self.a_base[aid] + self.facts[fid].registers
            self.a_return.append(first)
            self.a_yield.append(first + 1)
            self.a_send.append(first + 2)
            self.a_class.append(NO_CLASS)
            self.fresh.append(aid)
            self.contexts[fid] = self.contexts.get(fid, 0) + 1
            self.reached = len(self.contexts)
        return aid

    # what is found

    def enter_phase(self, evidence: Evidence) -> None:
        """From now on what is found is at best so sure: values are followed from the start (`EXACT`), or from what
        steps of evidence added (`INFERRED`)."""
        self.phase = evidence

    def edge(self, call: Call, callee: Activation, phase: Evidence | None = None) -> None:
        """A call site reaches an activation; `phase`: in which its callee was found, where that was not now."""
        rows = self.edges.setdefault(call.site, {})
        key = (callee, call.kind)
        evidence = min(call.evidence, self.phase if phase is None else phase)
        if rows.get(key, -1) < evidence:
            rows[key] = evidence

    def calls_external(self, site: Site, dotted: str, kind: str) -> None:
        """A call site reaches something outside the source."""
        rows = self.external.setdefault(site, {})
        key = (dotted, kind)
        if key not in rows:
            rows[key] = self.phase

    def unresolved(self, site: Site, reason: str) -> None:
        """A call site whose callee is not known, unless something else resolves it."""
        self.reasons.setdefault(site, reason)

    # shorthands

    def instance(self, dotted: str, *args: tuple[Value, ...]) -> Value:
        """An instance of a class outside the source."""
        return self.of(XINST, dotted, args, 0)

    def bound_method(self, function: Value, receiver: Value) -> Value:
        """A method that the language bound."""
        return self.of(BOUND, function, receiver, Evidence.EXACT)

    def box(self, kind: str, key: object) -> Value:
        """A container made at one place."""
        return self.of(BOX, kind, key)

    def module_value(self, name: str) -> Value:
        """A module, of the source or outside."""
        return self.of(MODULE, name) if name in self.program.modules else self.of(EXT, name)

    def is_class(self, value: Value) -> bool:
        """Whether a value is a class of the source."""
        return self.kinds[value] == CLASS
