"""What code outside the source does with a value, found once for all the places where it gets hold of it.

The same object is handed to hundreds of call sites, and what a library may do with it is the same at each: call it,
use its protocols, its methods, its overrides. So each such use of a value has a place of its own, a call site of
nobody's; what runs there is found once. A call site only notes which uses it makes, and at the end `spread` gives it
their edges. Assumes that a use depends on the value alone, not on who hands it over: so results of different sites
are not kept apart (edges too many where that matters).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVarTuple

from code_path_audit.callgraph.heap.modules import is_running
from code_path_audit.callgraph.library import routes
from code_path_audit.callgraph.library.routes import Routes
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import XRES
from code_path_audit.callgraph.solver.ids import NO_ACTIVATION, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import EVERY, SEEN
from code_path_audit.callgraph.solver.state import State, keep_best
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import Positions

NOBODY = FunctionFacts(
    "", "module", -1, False, False, (), None, 0, (), (), (), (), (), (), (), (), (), 0, 0, Positions((), (), (), ())
)
"""The function whose call sites are the places of uses; nothing calls it."""


MAX_GIVEN = 200_000
"""Uses of values at which something runs, at all call sites together; what is past them is not given to its sites."""

MAX_PLACES = 150_000
"""Different uses of different values; what is past them is not followed."""

NO_PLACE = 0

WIDENED = "callbacks of code outside"


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
    """The place of one use of one value; what is done there is done the first time that it is asked for. `NO_PLACE`
    where there are too many."""
    places = s.tables[Places]
    known = places.by_use.setdefault(how, {})
    place = known.get(value)
    if place is None:
        if places.count >= MAX_PLACES:
            s.widened[WIDENED] = None
            return NO_PLACE
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
    if place != NO_PLACE and place not in used:
        used[place] = s.phase
        places.noted.append((site, place))


def on_used(s: State, data: tuple[AnyUse, int], values: list[Value]) -> None:
    """Values of a variable that code outside uses."""
    places = s.tables[Places]
    how, group = data
    known, kinds, mask = places.by_use.setdefault(how, {}), s.kinds, SEEN.get(how[0], EVERY)
    for value in values:
        if value not in known and mask >> kinds[value] & 1 and place_of(s, how, value) == NO_PLACE:
            break  # nor does any of the others get one
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
    answering = routes.answering(s)
    places_of = by_value(s, answering.routed)
    running = something_runs(s)
    ways = Ways(inner, living(inner, running), frozenset(place for of in places_of.values() for place in of))
    meant_by: dict[frozenset[Value], frozenset[int]] = {}
    elsewhere: set[frozenset[int]] = set()
    given = 0
    verbs = s.tables[Routes].verbs
    for site, used in list(places.used.items()):
        if site.activation != places.nobody:
            values = answering.meant.get(site)
            meant = None
            if values is not None:
                meant = meant_by.get(values)
                if meant is None:
                    meant = meant_by[values] = frozenset(place for value in values for place in places_of[value])
                    if all(s.kinds[value] == XRES for value in values) and not leads_inside(s, ways, meant):
                        elsewhere.add(meant)
                if meant in elsewhere:
                    s.elsewhere[site] = None
            found = {place: phase for place, phase in ways.reachable(used, meant).items() if place in running}
            given += len(found)
            if given > MAX_GIVEN:
                s.widened[WIDENED] = None
                return
            called = {s.a_function[callee] for callee, kind in s.edges.get(site, ()) if kind == "call"}
            for place, phase in found.items():
                give(s, site, place, s.relative(site, phase), called, verbs.get(site, ""))


def by_value(s: State, values: frozenset[Value]) -> dict[Value, list[int]]:
    """The places of all uses of some values."""
    found: dict[Value, list[int]] = {value: [] for value in values}
    for known in s.tables[Places].by_use.values():
        for value in values & known.keys():
            found[value].append(known[value])
    return found


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


def something_runs(s: State) -> frozenset[int]:
    """The places at which something runs."""
    nobody, tables = s.tables[Places].nobody, (s.edges, s.external, s.answered)
    numbers = range(1, s.tables[Places].count + 1)
    return frozenset(place for place in numbers if any(Site(nobody, place) in table for table in tables))


def living(inner: dict[int, Uses], running: frozenset[int]) -> set[int]:
    """The places at which something runs, or that lead to one."""
    before: dict[int, list[int]] = {}
    for place, after in inner.items():
        for other in after:
            before.setdefault(other, []).append(place)
    todo = list(running)
    seen = set(todo)
    while todo:
        for other in before.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


class Ways:
    """From places to those that their uses lead to, of the living. Those of handlers are kept apart: a request that
    means few of many does not look at each."""

    def __init__(self, inner: dict[int, Uses], alive: set[int], routed: frozenset[int]) -> None:
        self.alive = alive
        self.routed = routed
        living = {place: {o: phase for o, phase in after.items() if o in alive} for place, after in inner.items()}
        self.plain = {place: {o: p for o, p in after.items() if o not in routed} for place, after in living.items()}
        self.handlers = {place: {o: after[o] for o in after if o in routed} for place, after in living.items()}

    def onward(self, place: int, meant: frozenset[int] | None) -> Iterator[tuple[int, Evidence]]:
        """The places that one leads to, of handlers those that are meant (None: all), each with its phase."""
        yield from self.plain[place].items()
        handlers = self.handlers[place]
        if meant is None:
            yield from handlers.items()
        elif handlers:
            yield from ((other, handlers[other]) for other in meant if other in handlers)

    def reachable(self, starts: Uses, meant: frozenset[int] | None) -> Uses:
        """Places and those that they lead to, each with the best phase of a way to it."""
        found: Uses = {}
        waiting: dict[Evidence, list[int]] = {phase: [] for phase in sorted(Evidence, reverse=True)}
        for place, phase in starts.items():
            if place in self.alive and (meant is None or place not in self.routed or place in meant):
                waiting[phase].append(place)
        for phase, todo in waiting.items():
            while todo:
                place = todo.pop()
                if place not in found:
                    found[place] = phase
                    for other, other_phase in self.onward(place, meant):
                        if other not in found:
                            waiting[min(phase, other_phase)].append(other)
        return found


def leads_inside(s: State, ways: Ways, meant: frozenset[int]) -> bool:
    """Whether some handlers lead to something of the source."""
    nobody = s.tables[Places].nobody
    leading = ways.reachable(dict.fromkeys(meant, Evidence.CERTAIN), meant)
    return any(Site(nobody, place) in s.edges for place in leading)


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
