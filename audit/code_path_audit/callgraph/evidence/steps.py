"""What counts where values are missing: annotations, and at last names. Used only after values have been followed.

Each step looks at variables that are still empty, in the order in which they came up, and gives them what the evidence
says; then values flow on. Three phases follow one another, each to its fixpoint: what is certain, what is likely, and
what is only possible; so a guess never takes the room or the time of what is known. What a phase finds at a call site
of a function that an earlier one has reached is as sure as the phase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from code_path_audit.callgraph.evidence.annotations import instances, values_of
from code_path_audit.callgraph.evidence.guess_budget import further
from code_path_audit.callgraph.evidence.made_elsewhere import from_begun_with, from_made_elsewhere
from code_path_audit.callgraph.evidence.only_uses import from_only_uses
from code_path_audit.callgraph.evidence.path_methods import from_path_methods
from code_path_audit.callgraph.evidence.type_mismatches import from_misfits
from code_path_audit.callgraph.evidence.unimported_modules import from_unimported_modules
from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.language.attributes import from_behind_unknown, from_given_classes, from_unmade
from code_path_audit.callgraph.language.calls import Callables
from code_path_audit.callgraph.language.instructions import begin
from code_path_audit.callgraph.language.narrowing import Declarations
from code_path_audit.callgraph.library.calls import OutsideCalls, call_unknown
from code_path_audit.callgraph.library.escapes import hand_over
from code_path_audit.callgraph.library.given import from_given
from code_path_audit.callgraph.library.loaded_classes import from_loaded_classes
from code_path_audit.callgraph.library.passed_through import from_passed_through
from code_path_audit.callgraph.library.records import states_value
from code_path_audit.callgraph.library.stored_attributes import from_stored_attributes
from code_path_audit.callgraph.library.stub_values import is_common
from code_path_audit.callgraph.library.summaries import take_up
from code_path_audit.callgraph.library.text_imports import from_texts
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import CTXFUNC, FUNC, INST, NONE, UNKNOWN, XINST, XRES
from code_path_audit.callgraph.solver.ids import NO_CLASS, Activation, Function, Value, Var
from code_path_audit.callgraph.solver.state import Call, Keywords, State
from code_path_audit.facts.rows import Type

Row = TypeVar("Row")

MAX_ROUNDS = 100
"""Of evidence and propagation; what is hit is in `SolvedGraph.widened`."""

ROUNDS = "rounds of evidence"

MAX_CANDIDATES = 8
"""A name that more classes have than this is no evidence."""


class Progress:
    """How far the steps of evidence have come."""

    def __init__(self) -> None:
        self.unsettled: list[Activation] = []
        """Activations whose result is not known."""
        self.seen_annotated: int = 0
        """Activations whose annotations were looked at."""
        self.handed: set[tuple[Call, Value]] = set()
        """Calls of methods of unknown objects whose arguments were handed over."""
        self.seen_unknown: int = 0
        """Activations whose parameters were given something unknown."""


def nothing() -> None:
    """For where nobody goes on."""


def refine(s: State, suspended: Callable[[], None] = nothing) -> None:
    """Alternate evidence and propagation until neither finds anything. `suspended` is called once all that is followed
    is found, before anything is guessed; not where that ends early."""
    s.more_guesses = further
    grounds: tuple[Callable[[State], bool], ...] = GROUNDS
    if ROUNDS in s.widened:
        # it is gone on from where evidence ended early: of what was found till then no more is asked
        s.if_empty, s.tables[OutsideCalls].postponed = [], []
        s.tables[Progress].seen_unknown = len(s.a_function)
        grounds = OF_WHAT_IS_NEW
    for _ in range(MAX_ROUNDS):
        if not any(step(s) for step in FACTS):
            if s.phase is Evidence.CERTAIN:
                s.enter_phase(Evidence.LIKELY)
                take_up(s, Evidence.LIKELY)
            if not (s.busy() or any(step(s) for step in grounds)):
                if s.phase is Evidence.POSSIBLE:
                    return
                suspended()
                if ROUNDS in s.widened:
                    return
                s.guess()
                s.enter_phase(Evidence.POSSIBLE)
                take_up(s, Evidence.POSSIBLE)
                from_names(s)
                if s.follows is not Evidence.POSSIBLE:
                    # what guesses call is named, and not followed
                    s.run(lambda state, activation: None)
                    return
        s.run(begin)
        if s.is_over():
            return
    s.widened[ROUNDS] = None
    if s.phase is not Evidence.POSSIBLE:
        suspended()


def within_budget(s: State, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that a step looks at, until the steps that may be taken are taken."""
    for row in rows:
        if s.is_over():
            return
        s.steps += 4
        yield row


def from_annotations(s: State) -> bool:
    """Parameters, results and variables that hold nothing get what their annotation says.

    Assumes that annotations are true, and that an object is of the declared class or of one below it that is made.
    Wrong where an annotation is only a protocol or a lie; a variable that has real values is never touched.
    """
    declarations = s.tables[Declarations]
    progress = s.tables[Progress]
    progress.unsettled += s.activations(progress.seen_annotated)
    s.steps += 2 * len(progress.unsettled) + len(declarations.annotated)
    progress.seen_annotated = len(s.a_function)
    still = []
    for aid in progress.unsettled:
        facts = s.facts[s.a_function[aid]]
        base = s.a_base[aid]
        for index, param in enumerate(facts.params):
            if param.annotation is not None and is_vague(s, base + index) and param.kind in ("pos", "normal", "kwonly"):
                give(s, base + index, param.annotation, aid)
        if facts.returns is not None and not facts.is_generator and is_vague(s, s.a_return[aid]):
            still.append(aid)
            give(s, s.a_return[aid], facts.returns, aid)
    progress.unsettled = still
    for var, stated, aid in declarations.annotated:
        if is_vague(s, var):
            give(s, var, stated, aid)
    rows, declarations.annotated_entries = declarations.annotated_entries, []
    for var, stated, aid in rows:
        if not give(s, var, stated, aid):
            s.add(var, s.of(UNKNOWN, ""))
    return s.busy()


def is_vague(s: State, var: Var) -> bool:
    """Whether a variable holds nothing, or only None and what an unknown library returned: an annotation says more."""
    held = s.pts[var]
    if not held:
        return True
    for value in held:
        kind = s.kinds[value]
        if kind in (NONE, UNKNOWN):
            continue
        if kind not in (XINST, XRES) or (kind == XINST and s.stubs.mro(s.rows[value].dotted)):
            return False
        if s.declared and states_value(s, value):
            return False
    return True


def give(s: State, var: Var, stated: Type, aid: Activation) -> bool:
    """A variable gets the values of a type; whether there are some."""
    found = values_of(s, stated, s.modules[s.a_function[aid]], 0)
    for value in found:
        s.add(var, value)
    return bool(found)


def from_subclasses(s: State) -> bool:
    """Variables of a declared class (except, isinstance) may hold objects of the classes below it made meanwhile.

    Adds edges too many where only some of those classes get there.
    """
    declarations = s.tables[Declarations]
    declarations.of_class = list(dict.fromkeys(declarations.of_class))
    made: dict[Value, list[Value]] = {}
    for var, cls in within_budget(s, declarations.of_class):
        values = made.get(cls)
        if values is None:
            values = made[cls] = instances(s, cls)  # nothing is followed meanwhile
        held = s.pts[var]
        if held is None or not held.issuperset(values):
            for value in values:
                s.add(var, value)
    return s.busy()


def from_callers(s: State) -> bool:
    """Parameters of entry points that hold nothing may be what the source itself passes them elsewhere.

    Assumes that who calls from outside passes such things too; wrong, by edges too many, where entry points are called
    in other ways within, and by edges too few where what comes from outside is of another kind.
    """
    empty: dict[Function, list[tuple[int, Var]]] = {}
    for aid in s.entries:
        for index, param in enumerate(s.facts[s.a_function[aid]].params):
            if param.kind in ("pos", "normal", "kwonly") and not s.pts[s.a_base[aid] + index]:
                empty.setdefault(s.a_function[aid], []).append((index, s.a_base[aid] + index))
    if empty:
        s.steps += len(s.a_function)
        for aid, fid in zip(s.activations(), s.a_function, strict=True):
            for index, var in empty.get(fid, ()):
                s.flow(s.a_base[aid] + index, var)
    return s.busy()


def from_missing_keys(s: State) -> bool:
    """Keys, key parameters and computed names of which nothing is known stand for any: handlers left them behind.

    A container is then read as a whole; wrong only by edges too many.
    """
    rows, s.if_empty = s.if_empty, []
    for var, handler, data in within_budget(s, rows):
        if not s.pts[var]:
            handler(s, data)
    return s.busy()


def from_unknown(s: State) -> bool:
    """Calls of what an unknown library returned: what it is given may be called, where nothing else is known to be."""
    outside_calls = s.tables[OutsideCalls]
    rows, outside_calls.postponed = outside_calls.postponed, []
    for call, value in within_budget(s, rows):
        call_unknown(s, call, value)
    return s.busy()


def from_nothing(s: State) -> bool:
    """Parameters that still hold nothing are unknown; what is read of them is then called by name, or unresolved.

    Those of entry points above all: nobody in the source passes them anything. The `self` of a method that a library
    was given as a function is an object of its class, or of one below it that is made.
    """
    progress = s.tables[Progress]
    for aid in s.activations(progress.seen_unknown):
        facts = s.facts[s.a_function[aid]]
        base = s.a_base[aid]
        for index, param in enumerate(facts.params):
            if param.kind in ("pos", "normal", "kwonly") and not s.pts[base + index]:
                if index == 0 and param.name == "self" and give_own(s, aid):
                    continue
                s.add(base + index, s.of(UNKNOWN, ""))
    progress.seen_unknown = len(s.a_function)
    return s.busy()


def give_own(s: State, aid: Activation) -> bool:
    """A method gets objects of the class around it; whether there is one."""
    env = s.a_env[aid]
    cls = s.a_class[env] if env >= 0 else NO_CLASS
    if cls == NO_CLASS:
        return False
    s.add(s.a_base[aid], s.of(INST, cls, 0))
    s.tables[Declarations].of_class.append((s.a_base[aid], cls))
    return True


def from_names(s: State) -> bool:
    """A method of an unknown receiver: those of the classes that the reached code constructs, by name and arity.

    The weakest evidence. Names of builtin methods (`is_common`) and special ones are no evidence, nor is a name that
    more than `MAX_CANDIDATES` methods have: the site stays unresolved as widened. Wrong where the receiver is of a
    library, or of a class that is never constructed where the solver sees it.
    """
    callables = s.tables[Callables]
    guesses, callables.unknown = callables.unknown, []
    later = []
    for call, value in within_budget(s, guesses):
        name = s.rows[value].name
        callee = s.callees.get(call.site)
        if callee is not None and any(s.kinds[v] != UNKNOWN for v in s.holds(callee)):
            continue
        if not name:
            hand_over(s, call, call.dst or s.variable(), None, True, False)
            continue
        if (name.startswith("__") and name.endswith("__")) or is_common(s, name):
            continue
        if s.phase is not Evidence.POSSIBLE:
            later.append((call, value))
            if (call, value) not in s.tables[Progress].handed:
                s.tables[Progress].handed.add((call, value))
                hand_over(s, call, call.dst or s.variable(), None, True, False)
            continue
        found: dict[Value, Value] = {}
        for cls in s.constructed:
            row = classes.find(s, cls, name)
            if not isinstance(row, classes.Own):
                continue
            for function in s.holds(row.var):
                if s.kinds[function] in (FUNC, CTXFUNC) and takes(s, function, len(call.pos), call.kw):
                    found.setdefault(function, cls)
        if not found or len(found) > MAX_CANDIDATES:
            if found:
                s.unresolved(call.site, "widened")
            continue
        s.answer(call.site)
        for function, cls in found.items():
            bind_and_call(s, (s.of(INST, cls, 0), cls, call._replace(evidence=Evidence.POSSIBLE)), function)
    callables.unknown += later
    return s.busy()


def takes(s: State, function: Value, positional: int, keywords: Keywords) -> bool:
    """Whether a method can be called with so many arguments, self not counted.

    Any @contextmanager method can; an unpacked argument counts as one.
    """
    if s.kinds[function] == CTXFUNC:
        return True
    params = s.facts[s.rows[function].function].params
    places = sum(p.kind in ("pos", "normal") for p in params) - 1
    if positional > places and not any(p.kind == "star" for p in params):
        return False
    required = sum(p.kind in ("pos", "normal") and not p.default for p in params) - 1
    if positional + len(keywords) < required and all(k is not None for k, _ in keywords):
        return False
    names = {p.name for p in params}
    return any(p.kind == "starstar" for p in params) or all(k is None or k in names for k, _ in keywords)


FACTS = (from_annotations, from_given, from_subclasses, from_callers, from_begun_with)
"""What declarations say."""

GROUNDS = (
    from_behind_unknown,
    from_unmade,
    from_stored_attributes,
    from_passed_through,
    from_given_classes,
    from_only_uses,
    from_missing_keys,
    from_texts,
    from_loaded_classes,
    from_unimported_modules,
    from_misfits,
    from_unknown,
    from_path_methods,
    from_made_elsewhere,
    from_nothing,
    from_names,
)
"""What is likely, as long as nothing is guessed (`from_names` calls by name only then)."""

OF_WHAT_IS_NEW = (from_missing_keys, from_texts, from_unknown, from_nothing, from_names)
"""Those of them that need not look at all that was found before."""
