"""Functions that are given a constant where they ask for a parameter: save(row, commit=False) runs no `if commit:`, and
export(rows, "csv") no `if kind == "json":`.

So for what a parser makes of a command line, `args.check` and `args.command == "build"`, in the function that has it
parsed and in those that are given the result.

A function with such conditions stands in the plan once for each combination of constants that its callers give it,
followed through the functions that hand them on. In each the calls are left out that stand behind a condition which
these constants do not meet. What is not known to be a constant meets every condition. A function that leads elsewhere
by who calls it stands there once for each of its contexts, too (`contexts.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Evidence
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.constants import leads_in, listed, truth, words_in
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.profiles.reach import Reach, runs_module
from code_path_audit.profiles.runs.command_options import command_options, given_by_line
from code_path_audit.profiles.runs.commands import Commands, commands_of
from code_path_audit.profiles.runs.contexts import ANY_CONTEXT, Leading, State, context_of, in_context, named
from code_path_audit.profiles.runs.distinct import DEFAULT, Given, default_of, register_given, rest_given
from code_path_audit.profiles.runs.each_element import DISPLAYS, part_of
from code_path_audit.profiles.runs.graph import strong_components
from code_path_audit.profiles.runs.held_constants import Known, constant, is_parsed, params_in, texts, value_of
from code_path_audit.profiles.runs.parser_options import Option, Options, options_of
from code_path_audit.profiles.values import Values

MOST = 4
"""Combinations of constants that a function is counted apart for; with more it is counted as with any."""

POSSIBLE = Evidence.POSSIBLE.word

MOST_CONSTANTS = 24
"""The same of a function that asks which constant it is given: a dispatcher."""

ANY: State = ()


class Apart(NamedTuple):
    """The functions of an action that are counted apart. `states`: of each its states; every other is in `ANY` alone.
    `given` has the states of the callee by call, in each state of the caller, where they are not `ANY` alone: one of
    several, or, of the calls in `each`, every round of that loop gives one of them. `leading` says which calls lead
    nowhere in a state. `dead` keeps the arms that are not taken, by facts and state."""

    states: Mapping[str, tuple[State, ...]] = {}
    given: Mapping[tuple[Edge, State], tuple[State, ...]] = {}
    each: Mapping[Edge, int] = {}
    commands: Commands = Commands()
    constants: Constants | None = None
    options: Options = Options({}, {}, {})
    dead: dict[tuple[int, State], frozenset[int]] | None = None
    leading: Leading = Leading({})
    places: dict[str, dict[int, list[int]]] | None = None
    """The places of the states of a function by their contexts, found when somebody asks."""

    def of(self, function: str) -> tuple[State, ...]:
        """The states of a function."""
        return self.states.get(function, (ANY,))

    def given_to(self, edge: Edge, state: State) -> tuple[State, ...]:
        """The states of what an edge leads to, in a state of its caller; none where it leads nowhere then."""
        if not self.leading.towards(edge, state):
            return ()
        rows = self.of(edge.callee)
        return tuple(known if known in rows else rows[0] for known in self.given.get((edge, state), (ANY,)))

    def leads_to_one_of(self, edge: Edge) -> bool:
        """Whether a call leads to one of several states of what it calls."""
        return edge not in self.each and any(len(self.given_to(edge, state)) > 1 for state in self.leading_to(edge))

    def leading_to(self, edge: Edge) -> tuple[State, ...]:
        """The states of its caller in which an edge may lead somewhere, in their order."""
        states, contexts = self.of(edge.caller), self.leading.callers(edge)
        if not contexts or self.places is None:
            return states
        if edge.caller not in self.places:
            rows = self.places[edge.caller] = {}
            for place, state in enumerate(states):
                rows.setdefault(context_of(state), []).append(place)
        rows = self.places[edge.caller]
        return tuple(states[at] for at in sorted(at for context in {0, *contexts} for at in rows.get(context, ())))

    def is_left_out(self, edge: Edge, state: State) -> bool:
        """Whether what a function is given names other commands than the one that an edge leads to."""
        return self.rounds_of_lines(edge, state)[1] == 0

    def rounds_of_lines(self, edge: Edge, state: State) -> tuple[int, int]:
        """The loop over command lines that a call stands in, -1 for none, and how many of its lines may name what an
        edge leads to."""
        reg = self.commands.lines.get((edge.caller, edge.site))
        if reg is None or self.constants is None:
            return -1, 1
        found = self.constants.rounds_of_lines.get((edge, state))
        if found is not None:
            return found
        rows, loop = self.constants.in_rounds(edge.caller, edge.site, reg, dict(state))
        count = sum(not self.commands.is_left_out(edge, words_in(row)) for row in rows)
        self.constants.rounds_of_lines[edge, state] = loop, count
        return loop, count

    def leads_nowhere(self, edge: Edge) -> bool:
        """Whether a call never leads to a command, whatever its function is given: it always names others."""
        return (edge.caller, edge.site) in self.commands.lines and all(
            self.is_left_out(edge, state) for state in self.of(edge.caller)
        )

    def may_take(self, facts: FunctionFacts, arm: int, edge: Edge) -> bool:
        """Whether a call may have what it leads to, whose facts these are, take an arm."""
        found = (given for state in self.leading_to(edge) for given in self.given_to(edge, state))
        return any(self.is_alive(facts, arm, state) for state in found)

    def is_alive(self, facts: FunctionFacts, arm: int, state: State) -> bool:
        """Whether an arm may be taken in a state."""
        if not state or arm < 0 or self.dead is None:
            return True
        key = id(facts), state
        found = self.dead.get(key)
        if found is None:
            found = self.dead[key] = dead_arms(facts, state, self.options)
        return arm not in found

    def names(self, function: str) -> list[str]:
        """The names of a function in a plan, one for each state."""
        return [named(function, state) for state in self.of(function)]

    def is_dead(self, facts: FunctionFacts, function: str, site: int) -> bool:
        """Whether nothing that a function is given leads to a call site of it."""
        if site < 0 or function not in self.states or facts.sites[site].arm < 0:
            return False
        return not any(self.is_alive(facts, facts.sites[site].arm, state) for state in self.states[function])

    def living(self, facts: FunctionFacts, function: str, site: int) -> list[str]:
        """Those of them in which a call site may be reached; all, where there is none."""
        arm = facts.sites[site].arm if site >= 0 else -1
        found = [named(function, state) for state in self.of(function) if self.is_alive(facts, arm, state)]
        return found or self.names(function)


def asking(facts: FunctionFacts, site: int) -> int:
    """The innermost arm around a call site that is taken by what a parameter is, or what an attribute of a variable is;
    -1 where there is none."""
    arm = facts.sites[site].arm
    while arm >= 0 and not (0 <= facts.arms[arm].given < len(facts.params) or facts.arms[arm].attr):
        arm = facts.arms[arm].parent
    return arm


def dead_arms(facts: FunctionFacts, state: State, options: Options) -> frozenset[int]:
    """The arms of a function that are not taken in a state."""
    known = dict(state)
    found: set[int] = set()
    for number, arm in enumerate(facts.arms):
        if arm.parent in found:
            found.add(number)
        elif arm.given in known:
            value = known[arm.given]
            held = options.held_by(value, arm.attr) if arm.attr else (value,)
            if held and not any(leads_in(one, arm.wants, arm.among) for one in held):
                found.add(number)
    return frozenset(found)


def told_apart(reach: Reach, given: Given, whole: Collection[str]) -> Apart:
    """Which functions are counted apart; those in `whole` (what is kept, and so runs once whoever asks) are not."""
    commands = commands_of(reach, given.steady.values)
    options = options_of(reach, given.steady.values)
    parsed = parsed_lines(reach, given, options)
    declared = command_options(reach, given.steady.values, commands)
    wanted = parameters(reach, given, commands, options, parsed)
    leading = Leading(reach.graph.contexts)
    if not wanted and not commands.lines and not leading:
        return Apart()
    values = Constants(reach, given)
    cycles = cycles_of(reach)
    states: dict[str, list[State]] = {name: [ANY] for name in (*reach.entries, *whole)}
    found: dict[tuple[Edge, State], tuple[State, ...]] = {}
    each: dict[Edge, int] = {}
    dead_of: dict[tuple[int, State], frozenset[int]] = {}
    whole = {*whole, *reach.entries}
    asked_for, reached = {*wanted, *parsed}, set(states)
    todo = [(name, ANY) for name in states]
    while todo:
        caller, state = todo.pop()
        facts = reach.facts(caller)
        dead = dead_of[id(facts), state] = dead_arms(facts, state, options) if state else frozenset()
        for edge in leading.edges(caller, reach.callees.get(caller, ()), state):
            callee = edge.callee
            if edge.site >= 0 and facts.sites[edge.site].arm in dead:
                continue
            towards = leading.towards(edge, state)
            if not towards:
                continue
            is_plain = callee not in asked_for and towards == ANY_CONTEXT and (caller, edge.site) not in commands.lines
            if is_plain and callee in reached:
                # nothing is asked of what it is given, and it is known to be called
                continue
            row, loop = [ANY], -1
            if callee in wanted and callee not in whole and not runs_module(reach, edge):
                asked = wanted[callee]
                if callee in cycles:
                    # a recursion that is told apart by all that it is given would be many, one inside of another
                    asked = {index: which for index, which in asked.items() if not which}
                row, loop = values.given_by(edge, asked, dict(state))
            line = commands.handed_on(edge)
            if line >= 0 and callee not in whole:
                words, loop = values.in_rounds(caller, edge.site, commands.lines[caller, edge.site], dict(state))
                row = [((line, given),) if words_in(given) else ANY for given in words]
            elif callee in declared and callee in wanted and callee not in whole and callee not in cycles:
                row, loop = values.of_command(edge, declared[callee], wanted[callee], commands, dict(state)) or (
                    row,
                    loop,
                )
            row = [values.with_parsed(callee, known, parsed) for known in row]
            if callee not in whole and (loop < 0 or len(towards) == 1):
                row = [in_context(known, context) for context in towards for known in row]
            rows = states.setdefault(callee, [])
            is_told = line >= 0 or any(wanted.get(callee, {}).values())
            most = MOST_CONSTANTS if is_told else MOST
            for place, known in enumerate(row):
                context = context_of(known)
                if known not in rows and sum(context_of(other) == context for other in rows) >= most:
                    row[place] = known = in_context(ANY, context)
                if known not in rows:
                    rows.append(known)
                    todo.append((callee, known))
                    if known == ANY:
                        reached.add(callee)
            if row != [ANY] or loop >= 0:
                found[edge, state] = tuple(row)
            if loop >= 0:
                each[edge] = loop
    return Apart(
        {name: tuple(rows) for name, rows in states.items() if rows != [ANY]},
        found,
        each,
        commands,
        values,
        options,
        dead_of,
        leading,
        {},
    )


def cycles_of(reach: Reach) -> frozenset[str]:
    """The functions that may lead back to themselves, by calls of any evidence."""
    callees = {caller: [edge.callee for edge in edges] for caller, edges in reach.callees.items()}
    components = strong_components(sorted(reach.depths), callees)
    return frozenset(name for names in components for name in names if len(names) > 1 or name in callees.get(name, ()))


def parsed_lines(reach: Reach, given: Given, options: Options) -> dict[str, tuple[int, ...]]:
    """The registers of what functions have parsed of which their conditions ask for options, by function."""
    found: dict[str, tuple[int, ...]] = {}
    for name in sorted(reach.depths) if options.declared else ():
        facts = reach.facts(name)
        asked = {arm.given for arm in facts.arms if arm.attr in options.declared and arm.given >= len(facts.params)}
        lines = tuple(reg for reg in sorted(asked) if is_parsed(given.of(name), reg))
        if lines:
            found[name] = lines
    return found


def parameters(
    reach: Reach, given: Given, commands: Commands, options: Options, parsed: Mapping[str, tuple[int, ...]]
) -> dict[str, dict[int, bool]]:
    """The parameters that conditions ask for, by function, and those that are handed on to such; of each whether it is
    asked which constant it is."""
    found: dict[str, dict[int, bool]] = {}
    for (caller, _), line in commands.lines.items():
        for index in params_in(given.of(caller), line):
            found.setdefault(caller, {})[index] = True
    for name, lines in parsed.items():
        for index in (index for line in lines for index in params_in(given.of(name), line)):
            found.setdefault(name, {})[index] = True
    for name in sorted(reach.depths):
        facts = reach.facts(name)
        for arm in facts.arms:
            if 0 <= arm.given < len(facts.params) and (not arm.attr or arm.attr in options.declared):
                asked = found.setdefault(name, {})
                asked[arm.given] = asked.get(arm.given, False) or bool(arm.among or arm.attr)
    todo = [(name, index) for name, asked in found.items() for index in asked]
    while todo:
        name, index = todo.pop()
        which = found[name][index]
        for edge in reach.callers.get(name, ()):
            reg = register_given(given, edge, index)
            if reg == DEFAULT:
                continue
            values = given.of(edge.caller)
            if reg is not None:
                handed = params_in(values, reg)
            elif which and reach.facts(name).params[index].kind == "star":
                handed = [row for part in rest_given(given, edge, index) for row in params_in(values, max(part, ~part))]
            else:
                continue
            for param in handed:
                rows = found.setdefault(edge.caller, {})
                if param not in rows or which > rows[param]:
                    rows[param] = which
                    todo.append((edge.caller, param))
    return found


class Constants:
    """The constants that calls give to parameters."""

    def __init__(self, reach: Reach, given: Given) -> None:
        self.reach, self.given = reach, given
        self.defaults: dict[tuple[str, int], Known] = {}
        self.rounds_of_lines: dict[tuple[Edge, State], tuple[int, int]] = {}
        """What `Apart` found of calls that command lines are given to: each plan asks for the same."""

    def given_by(self, edge: Edge, params: Mapping[int, bool], known: Mapping[int, Known]) -> tuple[list[State], int]:
        """What is known of some parameters of what a call calls, of whose own parameters something is known: once, and
        -1; or for each round of a loop over constants, and that."""
        if edge.evidence == POSSIBLE:
            return [ANY], -1
        found: list[tuple[int, Known]] = []
        loop, rounds = -1, [found]
        for index in sorted(params):
            row, around = self.values(edge, index, known)
            if around < 0:
                for state in rounds:
                    state += [(index, row[0] if params[index] else truth(row[0]))] if row[0] else []
            elif loop in (-1, around):
                rounds = rounds if loop == around else [list(found) for _ in row]
                loop = around
                for state, value in zip(rounds, row, strict=True):
                    state += [(index, value if params[index] else truth(value))] if value else []
        return [tuple(state) for state in rounds], loop

    def values(self, edge: Edge, index: int, known: Mapping[int, Known]) -> tuple[list[Known], int]:
        """What a call gives to one parameter, 0 where it is not known, and -1; or what each round of a loop gives."""
        reg = register_given(self.given, edge, index)
        if reg is None:
            rest = rest_given(self.given, edge, index) if self.is_rest(edge.callee, index) else ()
            return [listed(texts(self.given.of(edge.caller), rest, known)) or 0], -1
        if reg == DEFAULT:
            return [self.default(edge, index)], -1
        return self.in_rounds(edge.caller, edge.site, reg, known)

    def in_rounds(self, function: str, site: int, reg: int, known: Mapping[int, Known]) -> tuple[list[Known], int]:
        """What a register holds at a call site, and -1; or what each round of a loop over constants gives, and that."""
        values = self.given.of(function)
        rounds = None if values.is_param(reg) else rounds_of(values, site, values.origin(reg))
        return rounds or ([self.at(function, reg, known)], -1)

    def at(self, function: str, reg: int, known: Mapping[int, Known]) -> Known:
        """What a register of a function holds, of whose parameters something is known; 0 where it is not known."""
        return value_of(self.given.of(function), reg, known)

    def is_rest(self, function: str, index: int) -> bool:
        """Whether a parameter is `*args`."""
        return self.reach.facts(function).params[index].kind == "star"

    def with_parsed(self, function: str, state: State, parsed: Mapping[str, tuple[int, ...]]) -> State:
        """A state, and with it the command lines that a function in it has parsed."""
        lines = [(reg, self.at(function, reg, dict(state))) for reg in parsed.get(function, ())]
        return (*state, *(row for row in lines if row[1]))

    def of_command(
        self, edge: Edge, options: Mapping[str, tuple[Option, ...]], params: Mapping[int, bool], commands: Commands,
        known: Mapping[int, Known],
    ) -> tuple[list[State], int] | None:  # fmt: skip
        """What command lines give to some parameters of a command: each line that may name it, and the loop over these
        or -1; None where there are none."""
        reg = commands.lines.get((edge.caller, edge.site))
        if reg is None or commands.is_by_name(edge):
            return None
        lines, loop = self.in_rounds(edge.caller, edge.site, reg, known)
        named = [line for line in map(words_in, lines) if not commands.is_left_out(edge, line)]
        if not named:
            return None
        numbers = {self.reach.facts(edge.callee).params[index].name: index for index in params}
        found: list[State] = []
        for line in named:
            row = given_by_line(options, numbers, line, commands.names[edge.callee]) if line else {}
            state = {numbers[name]: value if params[numbers[name]] else truth(value) for name, value in row.items()}
            found.append(tuple(sorted(state.items())))
        return found, loop

    def default(self, edge: Edge, index: int) -> Known:
        """The default of a parameter, where the function is called by its name, and nobody has put arguments before."""
        facts = self.reach.facts(edge.callee)
        text = self.reach.facts(edge.caller).sites[edge.site].text
        if edge.kind == "call" and text.rpartition(".")[2] != facts.name.rpartition(".")[2].partition("#")[0]:
            return 0
        key = edge.callee, index
        found = self.defaults.get(key)
        if found is None:
            found = self.defaults[key] = constant(default_of(self.given, *key))
        return found


MOST_ROUNDS = 40
"""Rounds of a loop over constants that are told apart."""


def rounds_of(values: Values, site: int, reg: int) -> tuple[list[Known], int] | None:
    """What each round of a loop over constants gives at a call site in it, and the number of the loop: of `for kind in
    ("new", "old")`, and of `for kind, size in (("new", 1), ("old", 2))`."""
    row, part = values.variable(reg)
    if row is None or row[0] != op.ITER:
        return None
    display, loop = values.making(row[2]), values.loop_over(site, row[2])
    if loop < 0 or display is None or display[0] not in DISPLAYS or not 0 < len(display[2]) <= MOST_ROUNDS:
        return None
    if min(display[2]) < 0 or values.facts.loops[loop].first or values.facts.loops[loop].once:
        return None
    parts = [part_of(values, element, part) for element in display[2]]
    return [value_of(values, element) if element >= 0 else 0 for element in parts], loop
