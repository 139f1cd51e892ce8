"""The plan of one action: its part of the call graph, and what the source says of each call, as counting reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import KEPT, RARELY, CallSite
from code_path_audit.profiles.reach import Reach, is_module, runs_module
from code_path_audit.profiles.runs.caches import kept_arm, kept_call, kept_function
from code_path_audit.profiles.runs.callbacks import (
    element_of,
    goes_on,
    is_looked_up,
    is_registered,
    makes_missing,
    piece_of,
)
from code_path_audit.profiles.runs.contexts import State, context_of, named
from code_path_audit.profiles.runs.contrary import choices_of
from code_path_audit.profiles.runs.counting import count
from code_path_audit.profiles.runs.decorators import Cache, caches_of
from code_path_audit.profiles.runs.distinct import Given
from code_path_audit.profiles.runs.each_element import each_of
from code_path_audit.profiles.runs.flags import ANY, Apart, told_apart
from code_path_audit.profiles.runs.graph import depths_from, term_of
from code_path_audit.profiles.runs.lasting import Lasting, lasting
from code_path_audit.profiles.runs.model import SEPARATOR, Arm, Around, Call, Plan, function_of
from code_path_audit.profiles.runs.pieces import Pieces, pieces_of, settled
from code_path_audit.profiles.runs.resets import Resets
from code_path_audit.profiles.runs.standing import Standing, arm_at, loops_from, stands
from code_path_audit.profiles.runs.terms import ONCE, LoopName, Runs, fewer, forget, product, scaled
from code_path_audit.profiles.runs.wrapped import wrapped_by_calls
from code_path_audit.profiles.steady import Steady
from code_path_audit.profiles.values import ValuesOf

IN_ROUNDS = frozenset(("call", "construct"))
"""Kinds of edges by which a loop runs what it iterates."""

CERTAIN = Evidence.CERTAIN.word
POSSIBLE = Evidence.POSSIBLE.word
ALTERNATIVES = frozenset(("call", "callback", "decorator"))
"""Kinds of edges of which any callee at a call site is an alternative to any other. Of the rest several methods run."""


class Counting(NamedTuple):
    """The plan of an action, and how often what its arms keep is made. `caches` are the functions whose results a
    decorator keeps; `once` those of them that keep them for as long as the process runs, with one set of arguments;
    `lasting` is what is kept longer than the action runs, `keeping` what is kept at least as long; None where nothing
    is kept."""

    reach: Reach
    plan: Plan
    arms: Mapping[tuple[str, int], Runs]
    steady: Steady
    caches: Mapping[str, Cache]
    once: frozenset[str] = frozenset()
    lasting: Lasting | None = None
    keeping: Lasting | None = None
    apart: Apart = Apart()
    pieces: Pieces = Pieces({})

    def functions(self, names: Iterable[str], exact: bool = True) -> dict[str, Runs]:
        """The runs of functions; `exact` as `count` has it."""
        return summed(self.plan, self.apart, names, exact)

    def where_alive(self, function: str, site: int, every: Runs) -> Runs:
        """The runs of a function, `every` in all, with what it is given where that leads to a call site of it."""
        names = self.apart.living(self.reach.facts(function), function, site)
        if len(names) == len(self.apart.of(function)):
            return every
        found = together(self.plan, {function: names})[function]
        forget()
        return found or every

    def at(self, runs: Runs, function: str, where: Standing) -> Runs:
        """The runs of a place in a function that runs so often."""
        runs = self.arms[function, where.keeper] if where.keeper >= 0 else runs
        return settled(scaled(runs, term_of(self.pieces.marked(where.loops))))


def counting(reach: Reach, conditions: Mapping[tuple[str, str], int]) -> Counting:
    """What the runs in an action are counted from; what is kept is counted from a first plan in which nothing is."""
    steady = Steady(reach)
    caches = {**dict(wrapped_by_calls(reach, steady.values)), **caches_of(reach, steady.values)}
    apart = told_apart(reach, Given(reach, dict, steady), caches)
    keepers = _keepers(reach)
    keeping = frozenset(name for name, _ in keepers)
    pieces = pieces_of(reach, steady.values)
    begun = begun_by_name(reach)
    callers = {caller: entered_by(reach, caller, caches, begun) for caller in sorted(reach.callees)}
    building = Building(reach, steady.values, apart, callers, begun, keeping, pieces, {})
    plain = building.plan({}, {})
    if not caches and not keepers:
        return Counting(reach, plain, {}, steady, caches, apart=apart, pieces=pieces)
    runs = summed(plain, apart, reach.depths, exact=False)
    given, resets = Given(reach, lambda: runs, steady), Resets(reach, runs, conditions, called(plain), steady.values)
    arms = {
        (name, number): kept_arm(given, resets, name, number) if number >= 0 else kept_call(given, name, ~number)
        for name, number in keepers
    }
    functions = {name: kept_function(given, resets, name, cache) for name, cache in caches.items()}
    once = frozenset(name for name, kept in functions.items() if kept == ONCE and caches[name].how == "arguments")
    longer = lasting(given, resets, caches, keepers)
    functions = _sparing(building, functions, arms)
    as_long = Lasting(reach, frozenset(functions), arms.keys())
    plan = building.plan(functions, arms)
    fewest = made_at_most(reach, plan, apart, arms)
    if fewest != arms:
        arms, plan = fewest, building.plan(functions, fewest)
    return Counting(reach, plan, arms, steady, caches, once, longer, as_long, apart, pieces)


def made_at_most(
    reach: Reach, plan: Plan, apart: Apart, arms: Mapping[tuple[str, int], Runs]
) -> dict[tuple[str, int], Runs]:
    """How often what arms keep is made: no more often than they are reached. They were counted by sums over all
    branches, which are more than that."""
    often = [place for place, kept in arms.items() if len(kept) != 1 or kept[0].count > 1]
    runs = summed(plan, apart, sorted({name for name, _ in often})) if often else {}
    found = dict(arms)
    for name, number in often:
        facts = reach.facts(name)
        loop = facts.arms[number].loop if number >= 0 else facts.sites[~number].loop
        most = product(runs[name], (term_of(loops_from(facts, reach.graph, name, loop)),))
        found[name, number] = fewer(arms[name, number], most)
    return found


def summed(plan: Plan, apart: Apart, functions: Iterable[str], exact: bool = True) -> dict[str, Runs]:
    """The runs of functions, of each with all that it is given."""
    return together(plan, {function: apart.names(function) for function in functions}, exact)


def together(plan: Plan, names: Mapping[str, list[str]], exact: bool = True) -> dict[str, Runs]:
    """The runs of functions, of each under some of its names in the plan. One call may lead to either of two of these:
    so they are not counted each by itself, but what all of them lead to is."""
    ends = {function: rows[0] if len(rows) == 1 else f"{function}{SEPARATOR}" for function, rows in names.items()}
    more = [Call(name, ends[function]) for function, rows in names.items() if len(rows) > 1 for name in rows]
    found = count(plan._replace(calls=(*plan.calls, *more)) if more else plan, list(ends.values()), exact)
    return {function: found[end] for function, end in ends.items()}


def _sparing(building: Building, functions: dict[str, Runs], arms: Mapping[tuple[str, int], Runs]) -> dict[str, Runs]:
    """Without the functions that run no less often by what they keep: `functions` were held against sums over all
    branches, and what empties a cache may be counted so, too."""
    asked = [name for name, kept in functions.items() if kept != ONCE]
    if not asked:
        return functions
    rest = {name: kept for name, kept in functions.items() if kept == ONCE}
    plain = count(building.plan(rest, arms), asked)
    return {name: kept for name, kept in functions.items() if name in rest or fewer(kept, plain[name]) == kept}


def called(plan: Plan) -> Collection[str]:
    """The functions that the source calls, and not only code outside that holds them."""
    callees: dict[str, list[str]] = {}
    for call in plan.calls:
        if not call.held:
            callees.setdefault(call.caller, []).append(call.callee)
    return {function_of(name) for name in depths_from([*plan.entries, *plan.kept], callees)}


def _keepers(reach: Reach) -> list[tuple[str, int]]:
    """The arms that keep what they make, and the call sites that hand a function to a cache, as ~site."""
    handed = [
        (edge.caller, ~edge.site)
        for edge in reach.edges
        if edge.kind == "callback" and is_for_missing(edge, reach.facts(edge.caller).sites[edge.site])
    ]
    return sorted(set(handed)) + [
        (name, number)
        for name in sorted(reach.depths)
        for number in range(len(reach.facts(name).arms))
        if arm_at(reach.facts(name), reach.graph, name, number).left == KEPT
    ]


def is_for_missing(edge: Edge, site: CallSite) -> bool:
    """Whether a call site runs a function where something is missing, and keeps what it makes. What else runs where an
    element is looked up is never the only thing that may."""
    return makes_missing(site) or (is_looked_up(site) and edge.evidence == CERTAIN)


class Building(NamedTuple):
    """What the plans of one action are made of. `callers` are the functions that call something, each with what may be
    entered on its own terms there: the bodies of modules, which run once, and functions whose results are kept.
    `begun` are the generators that are begun by name; `built` has the calls and the branches of the functions that keep
    nothing, which are the same in each plan."""

    reach: Reach
    values: ValuesOf
    apart: Apart
    callers: Mapping[str, list[tuple[str, bool]]]
    begun: frozenset[str]
    keeping: frozenset[str]
    pieces: Pieces
    built: dict[str, tuple[list[Call], tuple[Arm, ...]]]

    def plan(self, functions: Mapping[str, Runs], arms: Mapping[tuple[str, int], Runs]) -> Plan:
        """The plan in which these functions and arms keep."""
        kept: dict[str, Runs] = {}
        calls: list[Call] = []
        every: dict[str, tuple[Arm, ...]] = {}
        for caller, entering in self.callers.items():
            for callee, is_module_run in entering:
                if is_module_run:
                    kept[callee] = ONCE
                elif callee in functions:
                    kept[callee] = functions[callee]
            found = self.built.get(caller)
            if found is None:
                found = _calls_of(self, arms, caller)
                if caller not in self.keeping:
                    self.built[caller] = found
            calls += found[0]
            every.update(dict.fromkeys(self.apart.names(caller), found[1]))
        return Plan(self.entered(), tuple(calls), every, kept)

    def entered(self) -> tuple[str, ...]:
        """The entry points, each once; what the body of a module among them calls (`if __name__ == "__main__"`) is that
        run, and no other."""
        reach = self.reach
        bodies = {name for name in reach.entries if is_module(reach.program, name)}
        return tuple(
            name
            for name in dict.fromkeys(reach.entries)
            if name in bodies or not any(edge.caller in bodies for edge in reach.callers.get(name, ()))
        )


def entered_by(reach: Reach, caller: str, caches: Collection[str], begun: Collection[str]) -> list[tuple[str, bool]]:
    """What a function calls that may be kept, and the modules that it runs, which are marked."""
    found: list[tuple[str, bool]] = []
    for edge in reach.callees[caller]:
        if runs_module(reach, edge):
            found.append((edge.callee, True))
        elif edge.callee in caches and not (edge.kind == "iterate" and edge.callee in begun):
            found.append((edge.callee, False))
    return found


def _calls_of(
    building: Building, arms: Mapping[tuple[str, int], Runs], caller: str
) -> tuple[list[Call], tuple[Arm, ...]]:
    """The calls of a function, and its branches."""
    reach, apart = building.reach, building.apart
    calls: list[Call] = []
    facts = reach.facts(caller)
    branches = [Arm(arm.parent, choice) for arm, choice in zip(facts.arms, choices_of(facts), strict=True)]
    at_site: dict[tuple[int, str, str], list[Edge]] = {}
    for edge in reach.callees[caller]:
        if runs_module(reach, edge) or (edge.kind == "iterate" and edge.callee in building.begun):
            continue
        thing = "" if edge.kind in ALTERNATIVES else edge.callee.rpartition(".")[2]
        at_site.setdefault((edge.site, edge.kind, thing), []).append(edge)
    choices = 1 + max((arm.choice for arm in branches), default=-1)
    living: dict[int, dict[int, State]] = {}
    for (site, kind, _), edges in at_site.items():
        where = stands(reach, caller, site)
        arm = facts.sites[site].arm if site >= 0 else -1
        loops = building.pieces.marked(where.loops)
        if where.keeper >= 0 and (caller, where.keeper) not in arms:
            # nothing is kept in this plan: what keeps it is in all of its loops
            loops = tuple(reversed(loops_from(facts, reach.graph, caller, facts.sites[site].loop)))
        is_callback = kind == "callback" and site >= 0
        around = loops
        if is_callback:
            loops = called_back(facts, caller, site, loops, reach.graph.loop_names.get((caller, ~site), ""))
        keeper = ~site if kind == "callback" and (caller, ~site) in arms else where.keeper
        if keeper < -1:
            loops = ()
        each = None if keeper != -1 or kind not in IN_ROUNDS else each_of(reach, building.values, edges)
        # the callees of one call are alternatives, like the arms of a branch, where not each has rounds of its own
        is_choice = each is None and (len(edges) > 1 or apart.leads_to_one_of(edges[0]))
        for edge in edges:
            if is_choice:
                branches.append(Arm(arm, choices))
            piece = piece_of(facts.sites[site], edge.callee) if is_callback else ""
            inner = called_back(facts, caller, site, around, piece) if piece and keeper >= -1 else loops
            call = Call(
                caller, edge.callee, inner if each is None else in_own_rounds(loops, edge, *each),
                len(branches) - 1 if is_choice else arm,
                edge.evidence == CERTAIN,
                where.condition == RARELY
                or edge.evidence == POSSIBLE
                or (is_callback and goes_on(facts.sites[site], caller, edge.callee)),
                arms.get((caller, keeper)) if keeper != -1 else None,
                facts.sites[site].text if kind == "callback" and edge.evidence != CERTAIN and site >= 0 else "",
            )  # fmt: skip
            if caller not in apart.states and (edge, ANY) not in apart.given:
                calls.append(of_lines(call, edge, apart, ANY))
                continue
            states = apart.leading_to(edge)
            if call.kept is not None:
                # made so often in the whole action, whatever the function is given
                if arm not in living:
                    living[arm] = in_one_state_each(apart, facts, caller, arm)
                states = tuple(living[arm][context] for context in map(context_of, states) if context in living[arm])
                states = tuple(dict.fromkeys(states))
            apart_in = apart.each.get(edge, -1)
            if apart_in >= 0:
                call = call._replace(loops=tuple(row for row in call.loops if row.place != (caller, apart_in)))
            for state in states:
                # what no constant leads to counts where nothing else leads to what is called
                in_state = call if apart_in >= 0 else of_lines(call, edge, apart, state)
                rare = in_state.rare or not apart.is_alive(facts, arm, state) or apart.is_left_out(edge, state)
                # a recursion by way of a wrapper that others share is one
                certain = call.certain or (context_of(state) > 0 and edge[:4] in reach.graph.certain_in_context)
                for number, known in enumerate(apart.given_to(edge, state)):
                    if number and is_choice and apart_in < 0:
                        branches.append(Arm(arm, choices))
                        in_state = in_state._replace(arm=len(branches) - 1)
                    callee = named(edge.callee, known)
                    _, _, around, arm_in, _, _, kept, held = in_state
                    calls.append(Call(named(caller, state), callee, around, arm_in, certain, rare, kept, held))
        choices += 1
    return calls, tuple(branches)


def in_one_state_each(apart: Apart, facts: FunctionFacts, caller: str, arm: int) -> dict[int, State]:
    """By the contexts of a function, the first state in which an arm may be taken; of all, if in none."""
    states = apart.of(caller)
    alive = [state for state in states if apart.is_alive(facts, arm, state)] or states
    return {context_of(state): state for state in reversed(alive)}


def of_lines(call: Call, edge: Edge, apart: Apart, state: State) -> Call:
    """A call as often as the command lines of the loop around it may name what it leads to; rarely where none does."""
    loop, count = apart.rounds_of_lines(edge, state)
    if count == 0:
        return call._replace(rare=True)
    if loop < 0:
        return call
    return call._replace(loops=in_own_rounds(call.loops, edge, loop, {edge.callee: count}))


def in_own_rounds(loops: Iterable[Around], edge: Edge, loop: int, counts: Mapping[str, int]) -> tuple[Around, ...]:
    """The loops around a call, where each of its callees runs in so many rounds of one of them."""
    place, count = (edge.caller, loop), counts[edge.callee]
    return tuple(Around(place, count, None) if row.place == place else row for row in loops)


def begun_by_name(reach: Reach) -> frozenset[str]:
    """The generators that are begun where they are called: what iterates them goes on with that."""
    return frozenset(
        edge.callee
        for edges in reach.callees.values()
        for edge in edges
        if edge.kind in ("call", "property") and reach.facts(edge.callee).is_generator
    )


def called_back(
    facts: FunctionFacts, caller: str, site: int, loops: tuple[Around, ...], each: str = ""
) -> tuple[Around, ...]:
    """The loops around what a library is given at a call site: those in it, too, and none where it is kept there.
    `each`: what it is known to be run for each of."""
    row = facts.sites[site]
    if is_registered(row) and not each:
        return ()
    name = each or element_of(row)
    return (*loops, Around((caller, ~len(facts.arms) - site), 1, LoopName("loop", name))) if name else loops
