"""The call graph of a program from some roots on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from code_path_audit.callgraph.behaviours import NO_BEHAVIOURS, Behaviours
from code_path_audit.callgraph.evidence.before_action import BeforeAction
from code_path_audit.callgraph.evidence.made_elsewhere import Constructors
from code_path_audit.callgraph.evidence.named_methods import NamedMethods
from code_path_audit.callgraph.evidence.only_uses import EarlyUses
from code_path_audit.callgraph.evidence.path_methods import PathMethods
from code_path_audit.callgraph.evidence.recorded_calls import make_calls
from code_path_audit.callgraph.evidence.steps import Progress, refine
from code_path_audit.callgraph.evidence.unimported_modules import UnimportedModules
from code_path_audit.callgraph.frameworks import active_records, django_transactions, sqlalchemy_inserts
from code_path_audit.callgraph.frameworks.django_views import Views, further_entries, prepare
from code_path_audit.callgraph.frameworks.hooks import FEATURES as OF_FRAMEWORKS
from code_path_audit.callgraph.frameworks.hooks import FRAMEWORKS
from code_path_audit.callgraph.frameworks.injected_dependencies import Dependencies
from code_path_audit.callgraph.frameworks.reading import Reading
from code_path_audit.callgraph.functions.arguments import Layouts
from code_path_audit.callgraph.functions.contexts import DataContexts
from code_path_audit.callgraph.functions.decorated_entries import Wrappers, decorate, enter_wrapper, starting
from code_path_audit.callgraph.functions.invocation import Links
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.classes import Hierarchy
from code_path_audit.callgraph.heap.containers import Mirrors
from code_path_audit.callgraph.heap.modules import ModuleNames, load, module_activation
from code_path_audit.callgraph.language.attributes import read
from code_path_audit.callgraph.language.calls import Callables, apply
from code_path_audit.callgraph.language.carried_packages import CarriedPackages
from code_path_audit.callgraph.language.class_factories import MadeClasses
from code_path_audit.callgraph.language.construction import construct
from code_path_audit.callgraph.language.definitions import UniqueNames
from code_path_audit.callgraph.language.instructions import begin
from code_path_audit.callgraph.language.iteration import on_iterate
from code_path_audit.callgraph.language.names import OutsideStars
from code_path_audit.callgraph.language.narrowing import Declarations
from code_path_audit.callgraph.language.outside_imports import OutsideImports
from code_path_audit.callgraph.language.single_dispatch import Dispatchers
from code_path_audit.callgraph.library.calls import OutsideCalls
from code_path_audit.callgraph.library.command_groups import commands_of
from code_path_audit.callgraph.library.default_factories import DefaultFactories
from code_path_audit.callgraph.library.descriptors import ManagedAttributes
from code_path_audit.callgraph.library.escapes import Runnable
from code_path_audit.callgraph.library.given import GivenArguments
from code_path_audit.callgraph.library.holders import Holders
from code_path_audit.callgraph.library.loaded_classes import LoadedClasses
from code_path_audit.callgraph.library.loaded_packages import LoadedPackages
from code_path_audit.callgraph.library.modelled import FromModel
from code_path_audit.callgraph.library.objects_of_classes import ObjectsOfClasses
from code_path_audit.callgraph.library.overrides import Decorated, Overridden
from code_path_audit.callgraph.library.passed_through import PassedThrough
from code_path_audit.callgraph.library.plugins import Managers
from code_path_audit.callgraph.library.proxies import Proxies
from code_path_audit.callgraph.library.records import Fields
from code_path_audit.callgraph.library.routes import Routes
from code_path_audit.callgraph.library.stored_attributes import StoredAttributes
from code_path_audit.callgraph.library.stub_values import StubValues
from code_path_audit.callgraph.library.summaries import Places, spread
from code_path_audit.callgraph.library.templates import Renderings
from code_path_audit.callgraph.library.text_imports import TextImports
from code_path_audit.callgraph.model import Evidence, ObservedCall, SolvedGraph
from code_path_audit.callgraph.models.arguments import Iterated
from code_path_audit.callgraph.models.reflection import Copied
from code_path_audit.callgraph.models.table import MODELS
from code_path_audit.callgraph.result.bounds import Sizes
from code_path_audit.callgraph.result.collect import as_it_is, collect
from code_path_audit.callgraph.solver.abstract_values import CLASS, CLASSM, INST, STATIC, UNKNOWN
from code_path_audit.callgraph.solver.budget import BUDGET, Budget
from code_path_audit.callgraph.solver.ids import BEFORE, ENTRY, NO_CLASS, NO_SITE, Activation, Function, Site, Value
from code_path_audit.callgraph.solver.points_to import Told
from code_path_audit.callgraph.solver.state import Call, State, Steps
from code_path_audit.program.model import Program
from code_path_audit.program.stubs.queries import Stubs

FEATURES: tuple[type, ...] = (
    Hierarchy,
    Mirrors,
    DefaultFactories,
    ModuleNames,
    CarriedPackages,
    Layouts,
    DataContexts,
    Links,
    Places,
    Routes,
    StoredAttributes,
    PassedThrough,
    ObjectsOfClasses,
    Holders,
    Runnable,
    Overridden,
    ManagedAttributes,
    Fields,
    Proxies,
    Managers,
    Renderings,
    LoadedClasses,
    UnimportedModules,
    LoadedPackages,
    GivenArguments,
    TextImports,
    StubValues,
    FromModel,
    Decorated,
    OutsideCalls,
    UniqueNames,
    MadeClasses,
    Declarations,
    Callables,
    Dispatchers,
    Iterated,
    Copied,
    Sizes,
    OutsideImports,
    OutsideStars,
    Progress,
    Constructors,
    BeforeAction,
    EarlyUses,
    PathMethods,
    NamedMethods,
    Wrappers,
    *OF_FRAMEWORKS,
)
"""The tables of all features; each is declared beside the functions that use it."""


STEPS = Steps(apply, construct, on_iterate, read, MODELS, FRAMEWORKS)


class Begun(NamedTuple):
    """A solution that is under way: the roots, what a framework runs beside them (`further`), and the commands that
    their objects call (`commands`)."""

    state: State
    roots: tuple[str, ...]
    more: tuple[str, ...]
    below: tuple[str, ...]


def nobody(begun: Begun) -> None:
    """For where nobody goes on from a solution."""


def solve(
    program: Program,
    roots: tuple[str, ...],
    stubs: Stubs,
    behaviours: Behaviours = NO_BEHAVIOURS,
    imports: bool = False,
    observed: Iterable[ObservedCall] = (),
    budget: Budget = BUDGET,
    follows: Evidence = Evidence.LIKELY,
    told: Told | None = None,
    asked: Iterable[tuple[str, str]] = (),
    suspended: Callable[[Begun], None] = nobody,
) -> SolvedGraph:
    """Follow values from the roots on.

    `roots` are fqnames of functions and modules. A module's body that is merely imported to get at a root belongs to no
    action, unless `imports` asks for it; one that a reached function imports does. `behaviours` says what
    functions of libraries do with what they are given, and what they return.
    `observed` are calls that a recorded run saw. `follows` is the weakest evidence of an edge that is followed; weaker
    ones are `SolvedGraph.guesses`. `budget` is the work that it may be; past it less is found, and the
    result says so. `told` hears how far it is. `asked` says of roots that answer requests which methods of HTTP they
    are asked with: pairs of a root and one method. `suspended` is given the solution before anything is guessed, if it
    comes to that within its budget: what it makes of it can be gone on from.
    """
    state = State(program, stubs, behaviours, STEPS, FEATURES, budget, follows, told)
    state.tables[OutsideImports].roots = roots
    state.counts_imports = imports
    for root, method in asked:
        others = state.asked_for.get(root, {}).get("method", frozenset())
        state.asked_for[root] = {"method": others | {method}}
    state.started = frozenset(root for root in roots if root in program.modules)
    for root in roots:
        load(state, program.functions[root][0], NO_SITE)
    state.run(begin)
    prepare(state, roots)
    for root in roots:
        state.entries.append(enter(state, root))
        state.run(begin)
    for root in roots:
        decorate(state, root)
    state.run(begin)
    more = further(state, roots)
    below = commands(state, roots)
    for root in roots:
        enter_wrapper(state, root)
    state.run(begin)
    begun = Begun(state, roots, more, below)
    refine(state, partial(suspended, begun))
    return finished(begun, observed)


def finished(
    begun: Begun,
    observed: Iterable[ObservedCall] = (),
    moved: Callable[[SolvedGraph], SolvedGraph] = as_it_is,
) -> SolvedGraph:
    """The graph, once all values have been followed. `moved` gives call sites the numbers of the program."""
    state, roots, more, below = begun
    spread(state)
    make_calls(state, observed)
    django_transactions.finish(state, roots)
    active_records.finish(state)
    sqlalchemy_inserts.finish(state)
    before = starting(state)
    names = dict.fromkeys((*roots, *more, *below, *(state.names[state.a_function[aid]] for aid in before.values())))
    state.end_watching()
    graph = collect(state, tuple(names), [*state.entries, *before.values()], state.counts_imports, moved)
    chosen = tuple(sorted(below)) if len(below) > 1 else ()
    return graph._replace(requests=state.tables[Views].requests, inner=tuple(sorted(before)), chosen=chosen)


def further(s: State, roots: tuple[str, ...]) -> tuple[str, ...]:
    """What a framework runs beside the entry points: further ones, entered; their names."""
    s.tables[Reading].begin = begin
    names: dict[str, None] = {}
    for name, function, receiver in further_entries(s, roots):
        if name in names or name not in s.program.functions or (name in roots and receiver == NO_CLASS):
            continue
        if name not in roots:
            names[name] = None
        row = s.rows[function]
        context = (receiver,) if receiver != NO_CLASS else ()
        aid = s.activate(row.function, row.env, ())
        for value in context:
            s.add(s.a_base[aid], value)
            given = s.tables[Views].contexts.get(value)
            if given is not None and len(s.facts[row.function].params) > 1:
                names_of = [param.name for param in s.facts[row.function].params]
                s.flow(given, s.a_base[aid] + (names_of.index("queryset") if "queryset" in names_of else 1))
        if name not in roots:
            s.entries.append(aid)
        s.run(begin)
    return tuple(names)


def commands(s: State, roots: tuple[str, ...]) -> tuple[str, ...]:
    """What the objects that a library made of entry points call: further ones, entered; their names."""
    names: dict[str, None] = {}
    for value in dict.fromkeys(value for root in roots for value in commands_of(s, root)):
        function = s.rows[value].function
        if s.names[function] not in roots:
            names[s.names[function]] = None
            s.entries.append(enter_value(s, value, function))
    s.run(begin)
    return tuple(names)


def enter(s: State, root: str) -> Activation:
    """Start at a root: nothing is known of its arguments but its annotations, and its class for self."""
    module, index = s.program.functions[root]
    facts = s.program.modules[module].functions[index]
    if facts.kind == "module":
        return module_activation(s, module)
    fid = s.function(root)
    value = s.made.get(fid)
    if value is not None:
        return enter_value(s, value, fid)
    return s.activate(fid, module_activation(s, module), ())


def enter_value(s: State, value: Value, fid: Function) -> Activation:
    """Call a function or construct a class from outside: a parameter has its default, or what nobody knows."""
    if s.kinds[value] == CLASS:
        aid = s.activate(fid, s.rows[value].env, ())
        construct(s, Call(Site(aid, ENTRY), s.variable(), (), (), "construct"), value)
        return aid
    env = s.rows[value].env
    aid = s.activate(fid, env, ())
    cls = s.a_class[env] if env >= 0 else NO_CLASS
    if cls != NO_CLASS and s.facts[fid].params:
        receivers(s, aid, value, cls)
    at = {param.name: index for index, param in reversed(list(enumerate(s.facts[fid].params)))}
    for name, var in s.defaults.get(value, {}).items():
        if var in s.tables[Dependencies].of:
            continue  # what the dependency gives
        index, param = at[name], s.facts[fid].params[at[name]]
        s.flow(var, s.a_base[aid] + index)
        if param.annotation is None:
            s.add(s.a_base[aid] + index, s.of(UNKNOWN, ""))
        else:
            s.tables[Declarations].annotated_entries.append((s.a_base[aid] + index, param.annotation, aid))
    return aid


def receivers(s: State, aid: Activation, value: Value, cls: Value) -> None:
    """self of a root that is a method; cls of one that is a classmethod."""
    wrapped = classes.wrapping(s, cls, value)
    if wrapped == STATIC:
        return
    if wrapped == CLASSM:
        s.add(s.a_base[aid], cls)
    else:
        made = s.variable()
        construct(s, Call(Site(aid, BEFORE), made, (), (), "construct"), cls)
        s.flow(made, s.a_base[aid])
        s.add(s.a_base[aid], s.of(INST, cls, 0))
