"""The state of one solution: variables (`points_to.py`), functions in their contexts (activations), and the call graph.

The call graph is built on the fly: a function's body becomes constraints when the first call reaches it in a context.
`run` goes on to the fixpoint. Everything is processed in the order in which it came up, so that the same program gives
the same solution.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOUND, BOX, CLASS, EXT, FUNC, MODULE, STR, XINST
from code_path_audit.callgraph.solver.budget import BUDGET, Budget
from code_path_audit.callgraph.solver.ids import NO_CLASS, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import LOOK, Told, Variables
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import ONE_OF
from code_path_audit.program.dependencies import Definitions, Importers
from code_path_audit.program.model import Program
from code_path_audit.program.names import is_dotted
from code_path_audit.program.stubs.queries import Stubs

Positional = tuple[tuple[Var, bool], ...]
"""The positional arguments of a call: the variable of each, and whether it is unpacked."""

Keywords = tuple[tuple[str | None, Var], ...]
"""The keyword arguments of a call: the name of each, None for **, and its variable."""


class Call(NamedTuple):
    """One call to be resolved: at which site, with which variables, and where the result goes.

    `kind` is the edge kind; `evidence` is worse than `CERTAIN` where the call itself is a guess, whatever values it
    has.
    """

    site: Site
    dst: Var
    pos: Positional
    kw: Keywords
    kind: str
    evidence: Evidence = Evidence.CERTAIN


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


class Fetch(NamedTuple):
    """What is fetched once for an object, however many places ask for it: the object, what of it, and the call that
    the object came out of; `each`: what it is one of, "" where it is one alone."""

    owner: Value
    name: str
    made: tuple[Function, int]
    each: str = ""


class Asking:
    """Where queries were put together: the calls, and what begins at something of these queries' rows has theirs."""

    def __init__(self) -> None:
        self.places: dict[tuple[Function, int], None] = {}
        self.of: dict[Asking, None] = {}

    def all_places(self) -> set[tuple[Function, int]]:
        """The calls, also those of what it is of."""
        known = {self: None}
        for one in (todo := [self]):
            todo += [other for other in one.of if other not in known]
            known.update(one.of)
        return {place for one in known for place in one.places}


Context = tuple[int, ...]
"""The context of an activation: the object that the function is bound to, then pairs of parameter and value."""

Model = Callable[["State", Call, Value], bool]
"""What a function of a library does: state, call and the value called to whether that is all there is to the call."""


class Frameworks(NamedTuple):
    """What frameworks do where the language, or a library, is asked for something: each says whether that is all.

    `called`: a call of something outside; `constructs`: one of a class of the source; `object_of`: what that gives;
    `constructed`: the constructor that an object has from outside; `bound`: a class attribute that is read of an object
    or of the class; `member`: what is read of an object or a class that the source does not define; `named`: what is
    read of a name outside; `iterated`: a loop over a value; `special`: a special method that the language calls;
    `entered`: a `with` over something outside; `has_mapped`: whether there may be classes whose objects are rows;
    `is_mapped`: whether a class is one.
    """

    called: Callable[[State, Call, Value], bool]
    constructs: Callable[[State, Call, Value], bool]
    object_of: Callable[[State, Call, Value], Value | None]
    constructed: Callable[[State, Call, Value], bool]
    bound: Callable[[State, Read, Value, Value, Value], bool]
    member: Callable[[State, Read, Value], bool]
    named: Callable[[State, Read, Value], bool]
    iterated: Callable[[State, Iteration, Value], bool]
    special: Callable[[State, Value, str, Call], bool]
    entered: Callable[[State, Site, Value], None]
    has_mapped: Callable[[State], bool]
    is_mapped: Callable[[State, Value], bool]


class Steps(NamedTuple):
    """The steps that lead back to one another: a call reads attributes, and reading one may call a property.

    `solve` hands them to the state, and the modules below those that define them take them from there, so that imports
    run one way only. `apply` calls one value, `construct` a class of the source; `on_iterate` gives the elements of one
    value, `read` an attribute of one; `models` are the functions of libraries that no type describes, by dotted name;
    `frameworks` is what frameworks do.
    """

    apply: Callable[[State, Call, Value], None]
    construct: Callable[[State, Call, Value], None]
    on_iterate: Callable[[State, Iteration, Value], None]
    read: Callable[[State, Read, Value], None]
    models: Mapping[str, Model]
    frameworks: Frameworks


T = TypeVar("T")
K = TypeVar("K")


class Tables(dict[type, Any]):
    """The tables of each feature: an object of the class in which it declares them, by that class."""

    if TYPE_CHECKING:

        def __getitem__(self, feature: type[T]) -> T: ...


class State(Variables):
    """What every feature needs: activations, what is found, and what classes and containers have.

    What one feature alone knows is in tables of its own, which it declares beside its functions: `s.tables[Proxies]`.
    `solve.FEATURES` says which there are.
    """

    def __init__(
        self,
        program: Program,
        stubs: Stubs,
        behaviours: Behaviours,
        steps: Steps,
        features: Iterable[type] = (),
        budget: Budget = BUDGET,
        follows: Evidence = Evidence.LIKELY,
        told: Told | None = None,
    ) -> None:
        self.tables = Tables((feature, feature()) for feature in features)
        self.follows = follows
        self.program, self.stubs, self.behaviours = program, stubs, behaviours
        self.apply, self.construct, self.on_iterate, self.read, self.models, self.frameworks = steps
        super().__init__(budget, told)
        # functions, by their number
        self.fids: dict[str, Function] = {}
        self.names: list[str] = []
        self.facts: list[FunctionFacts] = []
        self.modules: list[str] = []
        self.indices: list[int] = []
        """Its place among those of its module; -1 for evaluated code, -2 for a class that a call makes."""
        self.inside: dict[str, dict[int, list[int]]] = {}
        """By module, the functions right inside of one, by their places."""
        self.synthetic: dict[Function, Site] = {}
        """The call that a piece of evaluated code belongs to."""
        self.made: dict[Function, Value] = {}
        """The first value that a function or a class had."""
        # activations, by their number
        self.aids: dict[tuple[Function, Activation, Context], Activation] = {}
        self.a_function: list[Function] = []
        self.a_env: list[Activation] = []
        """The activation around it."""
        self.a_base: list[Var] = []
        """Its first register; parameters are the first of them."""
        self.a_return: list[Var] = []
        self.a_yield: list[Var] = []
        self.a_send: list[Var] = []
        """What its function returns; of a generator, what it yields and what is sent to it."""
        self.a_class: list[Value] = []
        """The class of whose body it is."""
        self.moved: dict[Activation, dict[Var, int]] = {}
        """Of activations whose function was edited, the registers that variables of before are now (`resumed`)."""
        self.contexts: dict[Function, int] = {}
        """How many activations a function has."""
        self.module_aids: dict[str, Activation] = {}
        self.started: frozenset[str] = frozenset()
        """Modules that are entry points themselves."""
        self.asked_for: dict[str, Mapping[str, frozenset[str]]] = {}
        """By the name of a view, or a class of views: the "action" and the "method" of the requests, where they are
        known."""
        self.counts_imports = False
        """Whether what modules do when they are imported is part of the action."""
        self.entries: list[Activation] = []
        self.fresh: deque[Activation] = deque()
        """Activations whose body is still to be read."""
        # what is found
        self.phase = Evidence.CERTAIN
        self.reached_in: dict[Function, Evidence] = {}
        """The phase in which a function was first reached."""
        self.edges: dict[Site, dict[tuple[Activation, str], Evidence]] = {}
        """By call site, the callee and the kind."""
        self.imports: dict[Activation, set[Activation]] = {}
        """The bodies of modules that what an activation imports runs."""
        self.imported: list[tuple[Activation, Activation]] = []
        """The same as pairs, in the order in which they came up: who has seen some of them need not look at all."""
        self.doubted: set[Site] = set()
        """Call sites at which something is called that a rule of thumb says may be called."""
        self.external: dict[Site, dict[tuple[str, str], Evidence]] = {}
        self.came_up: list[str] = []
        """What was found outside, once for each call site and kind, in that order."""
        self.fetched: dict[tuple[Function, int, str], dict[Fetch, None]] = {}
        """What places fetch that an object keeps: by function, place and callee."""
        self.fetched_alone: set[tuple[Function, int, str]] = set()
        """Such places that fetch, too, what nothing keeps."""
        self.rows_of: dict[tuple[Function, int, str], dict[Asking, None]] = {}
        """By such a place: what put together the queries whose rows it asks something of."""
        self.iterated_as: dict[tuple[Function, int], dict[str, None]] = {}
        """What a loop at a place is named for, by what it iterates."""
        self.assigned: set[tuple[Value, str]] = set()
        """The attributes that are stored in objects which are told apart from others of their class."""
        self.answered: set[Site] = set()
        """Call sites that are resolved, also by something that leaves no edge."""
        self.in_turn: set[tuple[Function, int, Function]] = set()
        """Functions that a framework calls at a call site, one after the other: none is there instead of another."""
        self.fillers: dict[tuple[Site, Value, str], dict[Value, None]] = {}
        """What is called to fill a field of an object: by the place that makes it, its class and the field."""
        self.reasons: dict[Site, str] = {}
        self.elsewhere: dict[Site, None] = {}
        """Requests that only something of a library answers which leads to nothing of the source: its own routes."""
        self.callees: dict[Site, Var] = {}
        # functions, classes and containers as values
        self.defaults: dict[Value, dict[str, Var]] = {}
        """The defaults of a function's parameters."""
        self.own: dict[Value, set[str]] = {}
        """The attributes that a class itself has."""
        self.metaclass: dict[Value, Var] = {}
        self.constructions = 0
        """How many classes are called, at each call site."""
        self.constructed: dict[Value, None] = {}
        """The classes that the program makes objects of."""
        self.declared: dict[Value, str] = {}
        """Values that declare a field of a record; whether the factory gets the object."""
        self.keys_of: dict[Value, list[str]] = {}
        """The constant keys of a container."""
        self.open_boxes: set[Value] = set()
        """Containers of which it is not known how many elements they have."""
        self.lengths: dict[Value, int] = {}
        self.sized_by: dict[Value, Var] = {}
        """How many elements a container has, or what else has as many."""

    def run(self, begin: Callable[[State, Activation], None]) -> None:
        """Go on until nothing is new. `begin` reads the body of an activation when it is first reached."""
        queue, fresh, tasks, late = self.worklist, self.fresh, self.tasks, self.late
        all_news, all_after, watchers = self.delta, self.successors, self.watchers
        while tasks or fresh or queue or late:
            if self.steps > self.limit:
                if self.steps <= self.bound:
                    self.tell()
                    continue
                self.coarsen()
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
            news = all_news[var]
            if news is None:
                continue
            all_news[var] = None
            if after := all_after[var]:
                self.propagate(news, after)
            if rows := watchers[var]:
                self.notify((rows,) if isinstance(rows, tuple) else list(rows.items()), news)

    def busy(self) -> bool:
        """Whether something is still to be passed on."""
        return bool(self.worklist or self.tasks or self.fresh or self.late)

    # functions and activations

    def function(self, fqname: str) -> Function:
        """The number of a function of the program."""
        fid = self.fids.get(fqname)
        if fid is None:
            module, index = self.program.functions[fqname]
            facts = self.program.modules[module].functions[index]
            fid = self.fids[fqname] = self.add_function(fqname, facts, module, index)
        return fid

    def function_value(self, fqname: str) -> Value | None:
        """The first value of a function of the program; None where its definition did not run, or made a class."""
        value = self.made.get(self.function(fqname))
        return value if value is not None and self.kinds[value] == FUNC else None

    def add_function(self, name: str, facts: FunctionFacts, module: str, index: int = -1) -> Function:
        """One function more. `index` is its place in its module; less than 0 for one that is not in the source."""
        fid = Function(len(self.names))
        self.names.append(name)
        self.facts.append(facts)
        self.modules.append(module)
        self.indices.append(index)
        return fid

    def inner(self, fid: Function) -> list[FunctionFacts]:
        """The functions right inside of one: of a class its methods."""
        functions = self.program.modules[self.modules[fid]].functions
        among = self.inside.get(self.modules[fid])
        if among is None:
            among = self.inside[self.modules[fid]] = {}
            for index, facts in enumerate(functions):
                among.setdefault(facts.parent, []).append(index)
        return [functions[index] for index in among.get(self.indices[fid], ())]

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
            self.reached_in.setdefault(fid, self.phase)
            known = self.contexts[fid] = self.contexts.get(fid, 0) + 1
            if known == 1:
                self.reached += 1
                self.reached_code += len(self.facts[fid].code)
            else:
                self.more_contexts += 1
                if self.more_contexts % LOOK == 0:
                    # so that `run` looks at the levels
                    self.limit = self.bound = 0
        return aid

    def register(self, aid: Activation, var: Var) -> int:
        """Which register of an activation a variable is."""
        known = self.moved.get(aid)
        return var - self.a_base[aid] if known is None else known.get(var, var - self.a_base[aid])

    def code(self, aid: Activation) -> Iterable[Row]:
        """The instructions of an activation that run: what `if __name__ == "__main__"` guards does so in a module that
        is an entry point, or is called __main__."""
        facts = self.facts[self.a_function[aid]]
        if facts.kind != "module":
            name = self.names[self.a_function[aid]] if self.asked_for else ""
            above = self.asked_for.get(name.rpartition(".")[0], {})
            known = {**above, **self.asked_for.get(name, {})}
            return facts.code if not known else of_requests(facts.code, known)
        module = self.modules[self.a_function[aid]]
        is_main = module.rpartition(".")[2] == "__main__" or module in self.started
        return without_arm(facts.code, 2 if is_main else 1)

    # what is found

    def enter_phase(self, evidence: Evidence) -> None:
        """From now on what is found at call sites of functions that were reached before is at best so sure: values are
        followed from the start (`CERTAIN`), then from what steps of evidence added (`LIKELY`), then from guesses."""
        self.phase = evidence

    def edge(self, call: Call, callee: Activation, phase: Evidence | None = None) -> None:
        """A call site reaches an activation; `phase`: in which its callee was found, where that was not now."""
        rows = self.edges.get(call.site)
        if rows is None:
            rows = self.edges[call.site] = {}
        key = (callee, call.kind)
        evidence = min(call.evidence, self.relative(call.site, self.phase if phase is None else phase))
        if call.evidence < Evidence.CERTAIN and call.kind == "call":
            self.doubted.add(call.site)
        if call.kind == "import":
            known = self.imports.setdefault(call.site.activation, set())
            if callee not in known:
                known.add(callee)
                self.imported.append((call.site.activation, callee))
        keep_best(rows, key, evidence)

    def calls_external(self, site: Site, dotted: str, kind: str, evidence: Evidence = Evidence.CERTAIN) -> None:
        """A call site reaches something outside the source; `evidence` is worse where that itself is a guess."""
        rows = self.external.setdefault(site, {})
        key = (dotted, kind)
        if key not in rows:
            self.came_up.append(dotted)
        keep_best(rows, key, min(evidence, self.relative(site, self.phase)))

    def relative(self, site: Site, phase: Evidence) -> Evidence:
        """How sure something is that was found in a phase, given that its caller runs: what a function does is certain
        where it was found in the phase in which the function itself was first reached.

        What is found at places of nobody's depends on who uses them (`library.summaries`).
        """
        return Evidence.CERTAIN if phase >= self.reached_in[self.a_function[site.activation]] else phase

    def answer(self, site: Site) -> None:
        """A value that can be called was found at a call site, by more than a guess."""
        if site not in self.answered and self.relative(site, self.phase) is not Evidence.POSSIBLE:
            self.answered.add(site)

    def unresolved(self, site: Site, reason: str) -> None:
        """A call site whose callee is not known, unless something else resolves it."""
        self.reasons.setdefault(site, reason)

    # shorthands

    def instance(self, dotted: str, *args: tuple[Value, ...]) -> Value:
        """An instance of a class outside the source."""
        return self.of(XINST, dotted, args, 0)

    def bound_method(self, function: Value, receiver: Value) -> Value:
        """A method that the language bound."""
        return self.of(BOUND, function, receiver, Evidence.CERTAIN)

    def box(self, kind: str, key: object) -> Value:
        """A container made at one place."""
        return self.of(BOX, kind, key)

    def module_value(self, name: str) -> Value:
        """A module, of the source or outside."""
        return self.of(MODULE, name) if name in self.program.modules else self.of(EXT, name)

    def beginning(self, value: Value) -> Value | None:
        """The text that a str begins with, where that is known: it keeps it as its type argument."""
        row = self.rows[value]
        return row.args[0][0] if row.kind == XINST and row.args and row.args[0] else None

    def tag(self, value: Value | None) -> str:
        """What a constant text is besides its text (`abstract_values.LISTED`), or ""."""
        return "" if value is None or self.kinds[value] != STR else self.rows[value].tag

    def is_naming(self, value: Value) -> bool:
        """Whether it is a dotted name of the program, or one that is defined at the top of a module."""
        row = self.rows[value]
        text = row.text.replace(":", ".") if row.kind == STR else ""
        if not is_dotted(text):
            return False
        return text in self.program.modules or text in self.program.functions or text in self.tops

    @cached_property
    def tops(self) -> Definitions:
        return Definitions(self.program)

    @cached_property
    def importers(self) -> Importers:
        return Importers(self.program)

    def is_class(self, value: Value) -> bool:
        """Whether a value is a class of the source."""
        return self.kinds[value] == CLASS


def keep_best(rows: dict[K, Evidence], key: K, evidence: Evidence) -> None:
    """Of several ways to one thing the best evidence counts."""
    if rows.get(key, -1) < evidence:
        rows[key] = evidence


def of_requests(code: Iterable[Row], known: Mapping[str, frozenset[str]]) -> Iterator[Row]:
    """Instructions without those that none of the requests runs of which something is known."""
    around: list[bool] = []
    for row in code:
        if row[0] == op.ONLY:
            if not row[1]:
                around.pop()
            else:
                alive = is_asked(known.get(row[1]), row[2]) and (not around or around[-1])
                around.append(alive)
        elif not around or around[-1]:
            yield row


def is_asked(known: frozenset[str] | None, among: str) -> bool:
    """Whether one of some texts, None for not known ones, is among others, or is none of them."""
    texts = among[1:].split("\n")
    return known is None or not among or any((text in texts) == (among[0] == ONE_OF) for text in known)


def without_arm(code: Iterable[Row], idle: int) -> Iterator[Row]:
    """Instructions without those of the arm of a main guard that does not run."""
    arm = 0
    for row in code:
        if row[0] == op.MAIN:
            arm = row[1]
        elif arm != idle:
            yield row
