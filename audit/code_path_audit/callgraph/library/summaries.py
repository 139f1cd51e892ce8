"""What code outside the source does with a value, found once for all the places where it gets hold of it.

The same object is handed to hundreds of call sites, and what a library may do with it is the same at each: call it,
use its protocols, its methods, its overrides. So each such use of a value has a place of its own, a call site of
nobody's; what runs there is found once. A call site only notes which uses it makes, and at the end `spread` gives it
their edges. Assumes that a use depends on the value alone, not on who hands it over: so results of different sites
are not kept apart (edges too many where that matters).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVarTuple

from code_path_audit.callgraph.heap.modules import is_running
from code_path_audit.callgraph.library import routes
from code_path_audit.callgraph.library.routes import Routes
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.ids import NO_ACTIVATION, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import EVERY, SEEN
from code_path_audit.callgraph.solver.state import State, keep_best
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import Positions

NOBODY = FunctionFacts(
    "", "module", -1, False, False, (), None, 0, (), (), (), (), (), (), (), (), (), 0, 0, Positions((), (), (), ())
)
"""The function whose call sites are the places of uses; nothing calls it."""


MAX_GIVEN = 3_000_000
"""Uses of values at all call sites together; what is past them is not given to its sites."""


Ts = TypeVarTuple("Ts")

Use = tuple[Callable[[State, tuple[Site, *Ts], Value], None], *Ts]
"""What code outside does with a value: a handler that gets (site, *rest), and the rest."""


AnyUse = tuple[Any, ...]
"""A use that code outside makes of a value (`Use`)."""


class Places:
    """The places of uses: call sites of nobody's (see above)."""

    def __init__(self) -> None:
        self.nobody: Activation = NO_ACTIVATION
        """The activation whose call sites they are."""
        self.count: int = 0
        """How many there are."""
        self.by_use: dict[AnyUse, dict[Value, int]] = {}
        """The place of one use of one value."""
        self.groups: dict[tuple[AnyUse, Var], int] = {}
        """The place of one use of all values of a variable."""
        self.members: dict[int, tuple[AnyUse, Var]] = {}
        """What stands at such a place."""
        self.late: dict[int, dict[Value, Evidence]] = {}
        """Values that came to such a place in a later phase than the first, and in which."""
        self.used: dict[Site, dict[int, Evidence]] = {}
        """The places that a call site uses, and the phase in which that was found."""
        self.noted: list[tuple[Site, int]] = []
        """The same as pairs, in the order in which they came up, up to when somebody took them up."""
        self.waiting: dict[Evidence, dict[tuple[Site, AnyUse, Value], None]] = {evidence: {} for evidence in Evidence}
        """Uses that are less sure than what is followed now."""
        self.guessed: set[int] = set()
        """Places where overrides of bases that nothing is known of run."""


def use(s: State, site: Site, how: Use[*Ts], value: Value, evidence: Evidence = Evidence.CERTAIN) -> None:
    """Code outside uses a value at a call site; what is less sure than what is followed now waits for its phase."""
    if evidence < s.phase:
        s.tables[Places].waiting[evidence][site, how, value] = None
    else:
        note(s, site, place_of(s, how, value))


def take_up(s: State, evidence: Evidence) -> None:
    """Uses that waited for a phase are made now."""
    places = s.tables[Places]
    rows, places.waiting[evidence] = places.waiting[evidence], {}
    for site, how, value in rows:
        note(s, site, place_of(s, how, value))


def use_all(s: State, site: Site, how: Use[*Ts], var: Var) -> None:
    """The same for all values that a variable holds or will hold."""
    places = s.tables[Places]
    place = places.groups.get((how, var))
    if place is None:
        place = places.groups[how, var] = new_place(s)
        places.members[place] = (how, var)
        s.watch_all(var, on_used, (how, place))
    note(s, site, place)


def place_of(s: State, how: AnyUse, value: Value) -> int:
    """The place of one use of one value; what is done there is done the first time that it is asked for."""
    places = s.tables[Places]
    known = places.by_use.setdefault(how, {})
    place = known.get(value)
    if place is None:
        place = known[value] = new_place(s)
        how[0](s, (Site(places.nobody, place), *how[1:]), value)
    return place


def new_place(s: State) -> int:
    """A call site of nobody's."""
    places = s.tables[Places]
    if places.nobody < 0:
        fid = s.add_function("", NOBODY, "")
        places.nobody = s.activate(fid, NO_ACTIVATION, ())
        s.reached_in[fid] = Evidence.POSSIBLE  # how sure it is depends on who uses a place alone
    places.count += 1
    return places.count


def note(s: State, site: Site, place: int) -> None:
    """A call site makes a use."""
    places = s.tables[Places]
    used = places.used.setdefault(site, {})
    if place not in used:
        used[place] = s.phase
        places.noted.append((site, place))


def on_used(s: State, data: tuple[AnyUse, int], values: list[Value]) -> None:
    """Values of a variable that code outside uses."""
    places = s.tables[Places]
    how, group = data
    known, kinds, mask = places.by_use.setdefault(how, {}), s.kinds, SEEN.get(how[0], EVERY)
    for value in values:
        if value not in known and mask >> kinds[value] & 1:
            place_of(s, how, value)
    if s.phase is not Evidence.CERTAIN:
        late = places.late.setdefault(group, {})
        for value in values:
            late.setdefault(value, s.phase)


# the edges, at the end


def spread(s: State) -> None:
    """Each call site gets what runs at the places of the uses that it makes."""
    places = s.tables[Places]
    if places.nobody < 0:
        return
    inner = {place: following(s, place) for place in range(1, places.count + 1)}
    alive = living(s, inner)
    given = 0
    unmeant = {site: places_of(s, values) for site, values in routes.unmeant(s).items()}
    verbs = s.tables[Routes].verbs
    for site, used in list(places.used.items()):
        if site.activation != places.nobody:
            meant = alive - unmeant[site] if unmeant.get(site) else alive
            starts = {place: phase for place, phase in used.items() if place in meant}
            found = reachable(inner, meant, starts)
            given += len(found)
            if given > MAX_GIVEN:
                s.widened["callbacks of code outside"] = None
                return
            called = {s.a_function[callee] for callee, kind in s.edges.get(site, ()) if kind == "call"}
            for place, phase in found.items():
                give(s, site, place, s.relative(site, phase), called, verbs.get(site, ""))


def places_of(s: State, values: frozenset[Value]) -> frozenset[int]:
    """The places of all uses of some values."""
    known = s.tables[Places].by_use.values()
    return frozenset(used[value] for used in known for value in values if value in used)


Uses = dict[int, Evidence]
"""Places, and the phase in which it was found that they are used."""


def following(s: State, place: int) -> Uses:
    """The uses that one use makes: those that it noted, or one of each value of a variable."""
    places = s.tables[Places]
    row = places.members.get(place)
    if row is None:
        return places.used.get(Site(places.nobody, place), {})
    how, var = row
    known, late = places.by_use.get(how, {}), places.late.get(place, {})
    return {known[value]: late.get(value, Evidence.CERTAIN) for value in s.pts[var] or () if value in known}


def living(s: State, inner: dict[int, Uses]) -> set[int]:
    """The places at which something runs, or that lead to one."""
    before: dict[int, list[int]] = {}
    for place, after in inner.items():
        for other in after:
            before.setdefault(other, []).append(place)
    tables = (s.edges, s.external, s.answered)
    todo = [place for place in inner if any(Site(s.tables[Places].nobody, place) in table for table in tables)]
    seen = set(todo)
    while todo:
        for other in before.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def reachable(inner: dict[int, Uses], alive: set[int], starts: Uses) -> Uses:
    """Places and those that their uses lead to, of the living, each with the best phase of a way to it."""
    found: Uses = {}
    waiting: dict[Evidence, list[int]] = {phase: [] for phase in sorted(Evidence, reverse=True)}
    for place, phase in starts.items():
        waiting[phase].append(place)
    for phase, todo in waiting.items():
        while todo:
            place = todo.pop()
            if place not in found:
                found[place] = phase
                for other, other_phase in inner[place].items():
                    if other in alive and other not in found:
                        waiting[min(phase, other_phase)].append(other)
    return found


def give(s: State, site: Site, place: int, best: Evidence, called: set[Function], verb: str = "") -> None:
    """A call site gets what runs at one place, at best so sure; `called` are the functions that it calls, to which
    those are added that it calls from now on; `verb`: that of the request that it sends.

    An override is not called back by the method that it overrides itself: of a base that nothing is known of, what a
    method calls is taken to be something else than that method.
    """
    places = s.tables[Places]
    key = Site(places.nobody, place)
    if key in s.answered and best > Evidence.POSSIBLE:
        s.answered.add(site)
    fid = s.a_function[site.activation]
    found = s.edges.get(key)
    if found:
        rows = s.edges.setdefault(site, {})
        now_called: set[Function] = set()
        for (callee, kind), evidence in found.items():
            target = s.a_function[callee]
            if target == fid and place in places.guessed:
                continue
            if verb and routes.is_other_verb(verb, s.names[target].rpartition(".")[2]):
                continue
            if target in called and kind == "callback":
                continue  # a decorated function is called there, and is all that its decorator calls of it
            if kind == "import" and is_running(s.modules[fid], s.names[target]):
                continue
            evidence = min(evidence, best)
            keep_best(rows, (callee, kind), evidence)
            if kind == "call":
                now_called.add(target)
        called |= now_called
    outside = s.external.get(key)
    if outside:
        names = s.external.setdefault(site, {})
        for name, evidence in outside.items():
            evidence = min(evidence, best)
            keep_best(names, name, evidence)
