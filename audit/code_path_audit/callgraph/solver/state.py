"""The state of one solution: variables (`variables.py`), what follows from what they hold; activations and their edges.

`run` goes on until nothing is new. Everything is processed in the order in which it came up, so that the same program
gives the same solution.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOUND, BOX, CLASS, EXT, MODULE, XINST
from code_path_audit.callgraph.solver.budget import BUDGET, Budget
from code_path_audit.callgraph.solver.points_to import EVERY, SEEN, SEVERAL, Handler, Variables
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import Type
from code_path_audit.program.model import Program
from code_path_audit.program.stubs.queries import Stubs


class Call(NamedTuple):
    """One call to be resolved: who calls, at which site, with which variables, and where the result goes.

    `pos`: (variable, unpacked); `kw`: (keyword or None for **, variable); `kind` is the edge kind; `evidence` is worse
    than `EXACT` where the call itself is a guess, whatever values it has.
    """

    aid: int
    site: int
    dst: int
    pos: tuple[tuple[int, bool], ...]
    kw: tuple[tuple[str | None, int], ...]
    kind: str
    evidence: Evidence = Evidence.EXACT


Read = tuple[int, str, int, int]
"""A read of an attribute that is going on: target variable, name, activation, site."""

Write = tuple[str, int, int, int]
"""A write of an attribute that is going on: name, source variable, activation, site."""

Lookups = tuple[Any, list[tuple[Handler, Any, int]]]
"""What a class answered when it was asked for a name, and what runs again when it answers otherwise."""

Context = tuple[int, ...]
"""What tells the activations of one function apart: the object it is bound to, then pairs of parameter and value."""

Layout = tuple[tuple[int, ...], dict[str, int], bool, bool]
"""Parameters of a function: the places of those by position, those by name, whether there is *args, **kwargs."""

How = tuple[Any, ...]
"""A use that code outside makes of a value: a handler, and what it gets besides the place (`uses.py`)."""

Model = Callable[["State", Call, int], bool]
"""What a function of a library does: state, call and the value called to whether that is all there is to the call."""


class Steps(NamedTuple):
    """The steps that lead back to one another: a call reads attributes, and reading one may call a property.

    `solve` hands them to the state, and the modules below those that define them take them from there, so that imports
    run one way only. `apply` calls one value, `construct` a class of the source; `on_iterate` gives the elements of one
    value, `read` an attribute of one; `models` are the functions of libraries that no type describes, by dotted name.
    """

    apply: Callable[[State, Call, int], None]
    construct: Callable[[State, Call, int], None]
    on_iterate: Handler
    read: Handler
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
        self.fids: dict[str, int] = {}
        self.names: list[str] = []
        self.facts: list[FunctionFacts] = []
        self.modules: list[str] = []
        self.indices: list[int] = []
        self.a_function: list[int] = []
        self.a_env: list[int] = []
        self.a_base: list[int] = []
        self.a_return: list[int] = []
        self.a_yield: list[int] = []
        self.a_send: list[int] = []
        self.a_class: list[int] = []
        self.aids: dict[tuple[int, int, Context], int] = {}
        self.contexts: dict[int, int] = {}
        self.fresh: deque[int] = deque()
        self.module_aids: dict[str, int] = {}
        self.module_names: dict[str, frozenset[str]] = {}
        # what is found
        self.edges: dict[tuple[int, int], dict[tuple[int, str], Evidence]] = {}
        self.external: dict[tuple[int, int], dict[tuple[str, str], Evidence]] = {}
        self.answered: set[tuple[int, int]] = set()
        self.reasons: dict[tuple[int, int], str] = {}
        self.callees: dict[tuple[int, int], int] = {}
        self.receivers: dict[tuple[int, int], int] = {}
        self.linked: set[tuple[Any, ...]] = set()
        self.layouts: dict[int, Layout] = {}
        # what code outside does with values
        self.nobody = -1
        self.place_count = 0
        self.places: dict[How, dict[int, int]] = {}
        self.groups: dict[tuple[How, int], int] = {}
        self.members: dict[int, tuple[How, int]] = {}
        self.uses: dict[tuple[int, int], dict[int, Evidence]] = {}
        self.unsure: dict[int, set[int]] = {}
        self.guessed: set[int] = set()
        self.parcels: dict[tuple[int, int], int] = {}
        self.defaults: dict[int, dict[str, int]] = {}
        self.phase = Evidence.EXACT
        # classes
        self.bases: dict[int, list[list[int]]] = {}
        self.own: dict[int, set[str]] = {}
        self.mros: dict[int, tuple[int, ...]] = {}
        self.subclasses: dict[int, dict[int, None]] = {}
        self.lookups: dict[int, dict[str, dict[int, Lookups]]] = {}
        self.bodies: dict[int, tuple[Handler, int]] = {}
        self.metaclass: dict[int, int] = {}
        self.traits: dict[int, set[str]] = {}
        self.constructed: dict[int, None] = {}
        # evidence, used where values are missing
        self.entries: list[int] = []
        self.iterated: list[tuple[int, Call]] = []
        self.if_empty: list[tuple[int, Handler, Any]] = []
        self.guesses: list[tuple[Call, int]] = []
        self.annotated: list[tuple[int, Type, int]] = []
        self.typed_sinks: list[tuple[int, int]] = []
        self.node_counts: dict[int, int | None] = {}
        self.postponed: list[tuple[Call, int]] = []
        self.makers: dict[int, dict[int, Row]] = {}
        self.faces: dict[int, dict[int, None]] = {}
        self.derived: dict[int, int] = {}
        self.data_contexts: dict[int, int] = {}
        self.made: dict[int, int] = {}
        self.unsettled: list[int] = []
        self.seen_activations = 0
        self.seen_unknown = 0
        self.common: dict[str, bool] = {}
        self.runs: dict[int, int] = {}
        self.alongside: dict[int, int] = {}
        self.made_classes: dict[tuple[int, int, object], int] = {}
        self.declared: dict[int, str] = {}
        self.body_rows: dict[int, dict[tuple[str, int], None]] = {}
        self.built: dict[int, dict[int, None]] = {}
        self.declared_in: dict[int, dict[tuple[str, int], None]] = {}
        self.supplied: dict[int, dict[tuple[int, int, frozenset[str]], None]] = {}
        self.record_rows: dict[int, tuple[tuple[str, bool], ...]] = {}
        self.sized_by: dict[int, int] = {}
        self.lengths: dict[int, int] = {}
        self.unique: dict[str, list[str]] = {}
        self.synthetic: dict[int, tuple[int, int]] = {}
        self.open_boxes: set[int] = set()
        self.keys_of: dict[int, list[str]] = {}
        self.mirrors: dict[int, dict[tuple[int, int, int | None], None]] = {}
        self.partials: dict[int, tuple[tuple[tuple[int, bool], ...], tuple[tuple[str | None, int], ...]]] = {}
        self.held: dict[int, int] = {}
        self.proxies: dict[int, tuple[int, int]] = {}
        self.stood_for: dict[tuple[int, int, int], int] = {}
        self.cached: set[int] = set()
        self.managers: dict[int, int] = {}
        self.marks: dict[int, tuple[str, tuple[int, ...]]] = {}
        self.rendered: dict[tuple[int, int], int] = {}
        self.stored: dict[int, tuple[str, ...]] = {}
        self.families: dict[int, int] = {}
        self.blind_imports: list[Call] = []
        self.served: dict[str, int] = {}
        self.walks = False
        self.begun_imports: list[tuple[Call, str]] = []
        self.seen_texts = 0
        self.named: dict[str, dict[str, None]] = {}
        self.picks: dict[str, list[Call]] = {}

    def run(self, begin: Callable[[State, int], None]) -> None:
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
                handler, data, values = tasks.popleft()
                self.steps += len(values)
                if SEEN.get(handler, EVERY) & SEVERAL:
                    handler(self, data, values)
                else:
                    for value in values:
                        handler(self, data, value)
                continue
            if fresh:
                begin(self, fresh.popleft())
                continue
            if not queue:
                handler, data, value = late.popleft()
                self.steps += 1
                handler(self, data, value)
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
                self.tell(list(rows.items()), news)

    def busy(self) -> bool:
        """Whether something is still to be passed on."""
        return bool(self.queue or self.tasks or self.fresh or self.late)

    # functions and activations

    def function(self, fqname: str) -> int:
        """The number of a function of the program."""
        fid = self.fids.get(fqname)
        if fid is None:
            fid = self.fids[fqname] = len(self.names)
            module, index = self.program.functions[fqname]
            self.names.append(fqname)
            self.facts.append(self.program.modules[module].functions[index])
            self.modules.append(module)
            self.indices.append(index)
        return fid

    def activate(self, fid: int, env: int, context: Context) -> int:
        """The activation of a function in a context: its body is read once."""
        key = (fid, env, context)
        aid = self.aids.get(key)
        if aid is None:
            aid = self.aids[key] = len(self.a_function)
            self.a_function.append(fid)
            self.steps += 4 * len(self.facts[fid].code) + 10
            self.a_env.append(env)
            self.a_base.append(self.variables(self.facts[fid].registers + 3))
            first = self.a_base[aid] + self.facts[fid].registers
            self.a_return.append(first)
            self.a_yield.append(first + 1)
            self.a_send.append(first + 2)
            self.a_class.append(-1)
            self.fresh.append(aid)
            self.contexts[fid] = self.contexts.get(fid, 0) + 1
            self.reached = len(self.contexts)
        return aid

    # what is found

    def enter_phase(self, evidence: Evidence) -> None:
        """From now on what is found is at best so sure: values are followed from the start (`EXACT`), or from what
        steps of evidence added (`INFERRED`)."""
        self.phase = evidence

    def edge(self, call: Call, callee: int, phase: Evidence | None = None) -> None:
        """A call site reaches an activation; `phase`: in which its callee was found, where that was not now."""
        rows = self.edges.setdefault((call.aid, call.site), {})
        key = (callee, call.kind)
        evidence = min(call.evidence, self.phase if phase is None else phase)
        if rows.get(key, -1) < evidence:
            rows[key] = evidence

    def calls_external(self, aid: int, site: int, dotted: str, kind: str) -> None:
        """A call site reaches something outside the source."""
        rows = self.external.setdefault((aid, site), {})
        key = (dotted, kind)
        if key not in rows:
            rows[key] = self.phase

    def unresolved(self, aid: int, site: int, reason: str) -> None:
        """A call site whose callee is not known, unless something else resolves it."""
        self.reasons.setdefault((aid, site), reason)

    # shorthands

    def instance(self, dotted: str, *args: tuple[int, ...]) -> int:
        """An instance of a class outside the source."""
        return self.of(XINST, dotted, args, 0)

    def bound_method(self, function: int, receiver: int) -> int:
        """A method that the language bound."""
        return self.of(BOUND, function, receiver, Evidence.EXACT)

    def box(self, kind: str, key: object) -> int:
        """A container made at one place."""
        return self.of(BOX, kind, key)

    def module_value(self, name: str) -> int:
        """A module, of the source or outside."""
        return self.of(MODULE, name) if name in self.program.modules else self.of(EXT, name)

    def is_class(self, value: int) -> bool:
        """Whether a value is a class of the source."""
        return self.kinds[value] == CLASS
