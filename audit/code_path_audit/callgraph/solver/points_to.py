"""Andersen's analysis: variables, their points-to sets, constraints between them, and where a set is widened.

`add` puts a value into a points-to set, `flow` is the inclusion constraint (all values of one variable reach another),
`watch` the complex one: a handler that runs once for each value that a variable will ever have, and adds constraints
in its turn. Only what is new is propagated: each variable has the values that came up since it was last taken from the
worklist (`delta`). `State.run` empties the worklist, in the order in which things came up; then there is a fixpoint.

Points-to sets have caps. Past one a variable is widened for values of that kind: constants become one value of their
type, others are dropped, and the result says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from typing import Any, TypeVar, overload

from code_path_audit.callgraph.solver.abstract_values import (
    BMETHOD,
    BOX,
    CALLABLES,
    CONSTANTS,
    INST,
    INT,
    NONE,
    STR,
    XINST,
    XMETHOD,
    XRES,
    Values,
)
from code_path_audit.callgraph.solver.budget import BUDGET, Budget
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.shared_sets import Held, share

S = TypeVar("S", bound="Variables")
D = TypeVar("D")
V = TypeVar("V")
H = TypeVar("H", bound="AnyHandler")

AnyHandler = Callable[..., None]
"""A handler of any data: called with the state, its data, and a value, or, by `watch_all`, a list of values. What takes
one (`watch`, `when_empty`, `later`) is checked to be given the data that it takes."""

Watcher = tuple[AnyHandler, object]
"""A handler and its data."""

EVERY = (1 << NONE + 1) - 1
"""The mask of a handler that sees values of all kinds."""

SEVERAL = 1 << NONE + 1
"""The bit in the mask of a handler that takes several values at once."""

SEEN: dict[AnyHandler, int] = {}
"""The masks of those handlers that `sees` stands above."""


def sees(*kinds: int) -> Callable[[H], H]:
    """Declares the kinds of values that a handler has something to do for: it is not called for others."""

    def declare(handler: H) -> H:
        SEEN[handler] = sum(1 << kind for kind in kinds)
        return handler

    return declare


MAX_VALUES = 160
"""A points-to set takes up to so many values; past them its variable is widened."""

MANY_CALLABLES = 3
"""So many times the values where nearly all are callables: the handlers of a large program meet in one registry, and
losing one loses all that is behind it. A variable that holds all kinds of things is no registry."""

REGISTERED = CALLABLES | {INST}
"""What registries hold: handlers, and the objects that are made of their classes."""

FEW_ODD = 4
"""Other values that a registry may hold: None for a handler that is missing, what a library returned."""

MAX_CONTEXTS = 48
"""Activations of one function; calls past them share the one without a context."""

MAX_NAMING = 300
"""Texts that name a module, a function or a class of the program count apart: so many of them are kept."""

MAX_CONSTANTS = 16
"""More different strings or numbers than this are one str or int; from so many values on the caps below count."""

CAPS = {STR: MAX_CONSTANTS, INT: MAX_CONSTANTS, BOX: 48, BMETHOD: 12, XINST: 16, XMETHOD: 8, XRES: 0}
"""How many values of some kinds a variable takes, once it holds many: kinds of which there are thousands where little
is known, and which would take the room of functions and objects of the source."""

KEPT = frozenset((XINST, XRES))

VALUES_DROPPED = "values still to be followed, past the budget of steps"
GUESSES_DROPPED = "guesses at keys, names and results, past their budget of steps"

FOLLOWING = frozenset((BMETHOD, XMETHOD, XRES))
"""Kinds whose values follow from others: that a variable is widened for one of them the result does not say."""

CAP_OF_KIND = tuple(1 << kind if kind in CAPS else 2 if kind in REGISTERED else 1 for kind in range(NONE + 1))
"""A bit for each kind that a variable may be widened for; callables share one, kinds without their own cap another."""


def no_more(_: Variables) -> bool:
    """No guesses past their budget."""
    return False


Told = Callable[[int, int], None]
"""Hears of work that goes on: how many functions are reached so far, in how many steps."""

FEW_SUCCESSORS = 4
"""So many are looked through faster than a table is made for them."""

LOOK = 1_000
"""Contexts after which it is looked whether there are too many."""

TELL = 20_000
"""Steps after which it is told again: some hundredths of a second."""


class Variables:
    """The variables of one solution. `widened` has a phrase for each cap that was hit."""

    def __init__(self, budget: Budget = BUDGET, told: Told | None = None) -> None:
        self.budget = budget
        self.told = told
        self.values = Values()
        self.of = self.values.of
        self.rows = self.values.rows
        self.kinds = self.values.kinds
        self.pts: list[Held | None] = [None]
        """A frozen set is shared by all who hold these values: where there is but one (nine of ten hold one) always,
        else from time to time (`shared_sets`). Whoever gets more has a set of its own."""
        self.singles: dict[Value, frozenset[Value]] = {}
        self.delta: list[list[Value] | None] = [None]
        self.successors: list[dict[Var, None] | tuple[Var, ...] | None] = [None]
        """A tuple where there are few."""
        self.watchers: list[dict[Watcher, int] | tuple[Watcher, int] | None] = [None]
        """By handler and data the kinds that it sees; a pair where there is but one."""
        self.worklist: deque[Var] = deque()
        self.tasks: deque[tuple[AnyHandler, object, list[Any], bool]] = deque()
        self.late: deque[tuple[AnyHandler, object, object]] = deque()
        self.if_empty: list[tuple[Var, AnyHandler, object]] = []
        self.fields: dict[tuple[Value, str], Var] = {}
        self.counts_of_kinds: dict[Var, dict[int, int]] = {}
        self.registries: dict[Var, bool] = {}
        self.widened_kinds: dict[Var, int] = {}
        self.steps = 0
        self.level = 0
        self.reached = self.reached_code = self.more_contexts = 0
        """Functions, the instructions of these, and contexts beside the first of each."""
        self.gave_up = False
        self.guesses_from = self.guesses_end = 0
        self.recorded_end = 0
        self.more_guesses: Callable[[Any], bool] = no_more
        self.share_from = budget.shared
        self.end = self.bound = self.limit = 0
        """Steps at which nothing more is passed on; at which the analysis may get coarser; at which to look up."""
        self.max_values = MAX_VALUES
        self.max_contexts = MAX_CONTEXTS
        self.keeping: set[Var] = set()
        """What a library keeps for the whole process, as a model says: objects from outside among it are handlers."""
        self.capped_from = MAX_CONSTANTS
        self.widened: dict[str, None] = {}
        self.widened_variables: dict[Var, None] = {}
        self.coarsen()

    def variable(self) -> Var:
        """A new variable."""
        self.pts.append(None)
        self.delta.append(None)
        self.successors.append(None)
        self.watchers.append(None)
        return Var(len(self.pts) - 1)

    def variables(self, count: int) -> Var:
        """The first of `count` new variables in a row."""
        first = Var(len(self.pts))
        nothing = [None] * count
        self.pts += nothing
        self.delta += nothing
        self.successors += nothing
        self.watchers += nothing
        return first

    def field(self, owner: Value, name: str) -> Var:
        """The variable for an attribute or an element of a value."""
        key = (owner, name)
        var = self.fields.get(key)
        if var is None:
            self.steps += 4
            var = self.fields[key] = self.variable()
        return var

    def add(self, var: Var, value: Value) -> None:
        """A value is in the points-to set of a variable."""
        held = self.pts[var]
        if held is None:
            self.pts[var] = self.singles.get(value) or self.alone(value)
        elif value in held:
            return
        else:
            if len(held) >= self.capped_from:
                kind = self.kinds[value]
                if self.widened_kinds.get(var, 0) & CAP_OF_KIND[kind]:
                    return
                if not self.has_room(var, held, kind, value):
                    self.widen(var, value)
                    return
            if type(held) is set:
                held.add(value)
            else:
                self.growing(var, held).add(value)
        delta = self.delta[var]
        if delta is None:
            self.delta[var] = [value]
            self.worklist.append(var)
        else:
            delta.append(value)

    def alone(self, value: Value) -> frozenset[Value]:
        """The set of one value."""
        held = self.singles.get(value)
        if held is None:
            held = self.singles[value] = frozenset((value,))
        return held

    def growing(self, var: Var, held: Held) -> set[Value]:
        """The points-to set of a variable, `held`, as one that can grow."""
        if type(held) is set:
            return held
        values = list(held)
        grown = self.pts[var] = set(values)  # in the order that it has where values come one by one
        return grown

    def propagate(self, news: list[Value], targets: Collection[Var]) -> None:
        """Some different values reach the points-to sets of variables: what `add` does for each, in the same order, at
        once where no cap is near."""
        count, crowd = len(news), self.capped_from
        self.steps += 2 * len(targets) + (count * len(targets) >> 4)
        if count == 1:
            self.propagate_one(news[0], targets)
            return
        all_held, all_delta, queue, closed = self.pts, self.delta, self.worklist, self.widened_kinds
        by_mask = {0: news}
        for target in targets:
            held = all_held[target]
            if held is None:
                if count > crowd:
                    for value in news:
                        self.add(target, value)
                    continue
                all_held[target] = set(news)
                all_delta[target] = news[:]
                queue.append(target)
                continue
            if len(held) + count > crowd:
                mask = closed.get(target, 0)
                rest = by_mask.get(mask)
                if rest is None:
                    rest = by_mask[mask] = [value for value in news if not mask & CAP_OF_KIND[self.kinds[value]]]
                if not held.issuperset(rest):
                    self.propagate_capped(target, held, [value for value in rest if value not in held])
                continue
            if held.issuperset(news):
                continue
            fresh = [value for value in news if value not in held]
            if type(held) is set:
                held.update(fresh)
            else:
                self.growing(target, held).update(fresh)
            delta = all_delta[target]
            if delta is None:
                all_delta[target] = fresh
                queue.append(target)
            else:
                delta += fresh

    def propagate_one(self, value: Value, targets: Collection[Var]) -> None:
        """The same of one value, which most variables get."""
        all_held, all_delta, queue = self.pts, self.delta, self.worklist
        alone, crowd, bit = (
            self.singles.get(value) or self.alone(value),
            self.capped_from,
            CAP_OF_KIND[self.kinds[value]],
        )
        for target in targets:
            held = all_held[target]
            if held is None:
                if not crowd:
                    self.add(target, value)
                    continue
                all_held[target] = alone
                all_delta[target] = [value]
                queue.append(target)
                continue
            if value in held:
                continue
            if len(held) >= crowd:
                if not self.widened_kinds.get(target, 0) & bit:
                    self.propagate_capped(target, held, [value])
                continue
            if type(held) is set:
                held.add(value)
            else:
                self.growing(target, held).add(value)
            delta = all_delta[target]
            if delta is None:
                all_delta[target] = [value]
                queue.append(target)
            else:
                delta.append(value)

    def propagate_capped(self, target: Var, known: Held, values: list[Value]) -> None:
        """The same for a variable that has many values: those without caps of their own first, as far as they fit."""
        held = self.growing(target, known)
        kinds, closed, crowd = self.kinds, self.widened_kinds, self.capped_from
        plain = [value for value in values if CAP_OF_KIND[kinds[value]] == 1]
        taken = plain[: max(0, self.max_values - len(held))]
        held.update(taken)
        if len(taken) < len(values):
            mask = closed.get(target, 0)
            for value in values:
                kind = kinds[value]
                if mask & CAP_OF_KIND[kind] or value in held:
                    continue
                if len(held) < crowd or self.has_room(target, held, kind, value):
                    held.add(value)
                    taken.append(value)
                else:
                    self.widen(target, value)
                    mask = closed[target]
        if taken:
            delta = self.delta[target]
            if delta is None:
                self.delta[target] = taken
                self.worklist.append(target)
            else:
                delta += taken

    def has_room(self, var: Var, held: Held, kind: int, value: Value) -> bool:
        """Whether a points-to set with many values takes one more of a kind, which then is counted where that has a cap
        of its own."""
        if kind in REGISTERED and len(held) >= self.max_values:
            # nothing else is added from here on, so what is one stays one
            registry = self.registries.get(var)
            if registry is None:
                odd = sum(self.kinds[v] not in REGISTERED for v in held)
                registry = self.registries[var] = odd <= FEW_ODD
            return registry and len(held) < self.max_values * MANY_CALLABLES
        if len(held) >= self.max_values:
            return False
        cap = CAPS.get(kind)
        if cap is None or (kind in KEPT and var in self.keeping):
            return True
        counts = self.counts_of_kinds.get(var)
        if counts is None:
            counts = self.counts_of_kinds[var] = {}
            for one_held in held:
                one = self.kinds[one_held]
                if one in CAPS:
                    one = STR if one == INT else one
                    counts[one] = counts.get(one, 0) + 1
        kind = STR if kind == INT else kind
        found = counts.get(kind, 0)
        if found >= cap and not (found < MAX_NAMING and kind == STR and self.is_naming(value)):
            return False
        counts[kind] = found + 1
        return True

    def is_naming(self, value: Value) -> bool:
        """Whether a constant text names something of the program, so that losing it loses what is behind it."""
        return False

    def coarsen(self) -> None:
        """The next level of the budget, where that is reached: the analysis is coarser from now on."""
        levels = self.budget.levels
        while self.level < len(levels) and (
            self.steps > self.allowed(levels[self.level].steps)
            or self.more_contexts > self.allowed(self.budget.contexts) * (self.level + 1)
        ):
            _, self.max_values, self.max_contexts = levels[self.level]
            self.capped_from = min(MAX_CONSTANTS, self.max_values)
            self.level += 1
            self.widened["values and contexts, for so large a program"] = None
        self.end = self.allowed(self.budget.steps)
        if self.guesses_end:
            self.end = min(self.end, self.guesses_end)
        self.end = max(self.end, self.recorded_end)
        self.bound = self.end
        if self.level < len(levels):
            self.bound = min(self.end, self.allowed(levels[self.level].steps))
        self.tell()

    def tell(self) -> None:
        """How far it is, to whoever wants to hear it; the steps at which to do so again."""
        if self.steps >= self.share_from:
            share(self.pts)
            self.share_from = self.steps + max(self.budget.shared, self.steps >> 2)
        self.limit = min(self.bound, self.share_from)
        if self.told is not None:
            self.told(self.reached, self.steps)
            self.limit = min(self.limit, self.steps + TELL)

    def allowed(self, steps: int) -> int:
        """The steps of a budget, or its contexts, for what is reached so far."""
        functions, each = self.budget.functions, self.budget.instructions
        return steps * max(min(self.reached, self.reached_code // each), functions) // functions

    def guess(self) -> None:
        """From now on what is found follows from weak evidence, for which there is a budget of its own."""
        if not self.guesses_end:
            self.guesses_from = self.steps
            self.guesses_end = self.steps + max(self.budget.guesses, self.steps)
            self.coarsen()

    def follow_recorded(self) -> None:
        """What a recorded run saw is followed even past the end, for as many steps as guesses may take."""
        self.recorded_end = self.steps + self.budget.guesses
        self.coarsen()

    def is_over(self) -> bool:
        """Whether the steps that may be taken now are taken: nothing more is passed on, and the result says so."""
        if self.steps <= self.end:
            return False
        self.coarsen()
        if self.steps <= self.end:
            return False
        is_guess = 0 < self.end == self.guesses_end
        if is_guess and self.more_guesses(self):
            self.coarsen()
            return self.is_over()
        self.gave_up = True
        self.widened[GUESSES_DROPPED if is_guess else VALUES_DROPPED] = None
        return True

    def widen(self, var: Var, value: Value) -> None:
        """A variable is widened for a value, and so from now on for all of its kind."""
        kind = self.kinds[value]
        bit = CAP_OF_KIND[kind]
        mask = self.widened_kinds.get(var, 0)
        if mask & bit:
            return
        self.widened_kinds[var] = mask | bit
        if kind in CONSTANTS:
            self.add(var, self.of(XINST, "builtins.str" if kind == STR else "builtins.int", (), 0))
        elif kind not in FOLLOWING:
            self.widened["values of one variable"] = None
            self.widened_variables[var] = None

    def flow(self, source: Var, target: Var) -> None:
        """An inclusion constraint: all that `source` holds, now and later, reaches `target`."""
        if source == target:
            return
        after = self.successors[source]
        if after is None:
            self.successors[source] = (target,)
        elif target in after:
            return
        elif type(after) is dict:
            after[target] = None
        elif len(after) < FEW_SUCCESSORS:
            self.successors[source] = (*after, target)
        else:
            self.successors[source] = dict.fromkeys((*after, target))
        self.steps += 2
        held = self.pts[source]
        if held:
            there = self.pts[target]
            if there is not None and there.issuperset(held):
                self.steps += 2 + (len(held) >> 4)  # as `propagate` counts
            elif len(held) == 1:
                self.steps += 2
                self.propagate_one(next(iter(held)), (target,))
            else:
                self.propagate(list(held), (target,))

    @overload
    def watch(self: S, var: Var, handler: Callable[[S, D, Value], None], data: D) -> None: ...

    @overload
    def watch(self, var: Var, handler: AnyHandler, data: object, several: int) -> None: ...

    def watch(self, var: Var, handler: AnyHandler, data: object, several: int = 0) -> None:
        """Call handler(state, data, value) once for each value that `var` has or will have; never right away."""
        rows = self.watchers[var]
        key = (handler, data)
        mask = SEEN.get(handler, EVERY)
        if several:
            mask |= several
        if rows is None:
            self.watchers[var] = (key, mask)
        elif type(rows) is tuple:
            if rows[0] == key:
                return
            self.watchers[var] = {rows[0]: rows[1], key: mask}
        elif key in rows:
            return
        else:
            rows[key] = mask  # type: ignore[index]
        self.steps += 6
        held = self.pts[var]
        if held:
            kinds = self.kinds
            values = list(held) if mask & EVERY == EVERY else [value for value in held if mask >> kinds[value] & 1]
            if values:
                self.tasks.append((handler, data, values, mask >= SEVERAL))

    def watch_all(self: S, var: Var, handler: Callable[[S, D, list[Value]], None], data: D) -> None:
        """The same with all new values at once, in a list that the handler must not change or keep."""
        self.watch(var, handler, data, SEVERAL)

    def soon(self: S, handler: Callable[[S, D, V], None], data: D, value: V) -> None:
        """Call a handler in its turn."""
        self.tasks.append((handler, data, [value], False))

    def later(self: S, handler: Callable[[S, D, V], None], data: D, value: V) -> None:
        """Call a handler once nothing else is going on."""
        self.late.append((handler, data, value))

    def when_empty(self: S, var: Var, handler: Callable[[S, D], None], data: D) -> None:
        """Call handler(state, data) where a variable is still empty when all values have been followed."""
        self.if_empty.append((var, handler, data))

    def notify(self, rows: Collection[tuple[Watcher, int]], news: list[Value]) -> None:
        """Call handlers for new values, each for those of its kinds."""
        kinds = self.kinds
        self.steps += len(rows)
        if len(news) == 1:
            value = news[0]
            bit = 1 << kinds[value]
            for (handler, data), mask in rows:
                if mask & bit:
                    handler(self, data, news if mask & SEVERAL else value)
            return
        present = 0
        for value in news:
            present |= 1 << kinds[value]
        parts = {present: news}
        for (handler, data), mask in rows:
            seen = mask & present
            if not seen:
                continue
            part = parts.get(seen)
            if part is None:
                part = parts[seen] = [value for value in news if seen >> kinds[value] & 1]
            if mask & SEVERAL:
                self.steps += len(part) >> 3
                handler(self, data, part)
            else:
                self.steps += len(part)
                for value in part:
                    handler(self, data, value)

    def end_watching(self) -> None:
        """Nothing is followed any more: the memory of who watches what is for what comes next."""
        self.watchers = [None] * len(self.watchers)
        self.delta = [None] * len(self.delta)

    def holds(self, var: Var) -> list[Value]:
        """The points-to set of a variable as it is now."""
        held = self.pts[var]
        return list(held) if held else []
