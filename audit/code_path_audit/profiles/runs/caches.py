"""What is kept: functions whose results a decorator keeps, and for how many different arguments they run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from code_path_audit.callgraph.model import Edge
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.terms import ONCE, LoopName, Runs, Term, figure
from code_path_audit.profiles.steady import steady_attributes, written_globals
from code_path_audit.profiles.values import Values

CACHES = {
    "cache": "arguments", "lru_cache": "arguments", "memoize": "arguments", "memoized": "arguments",
    "cached": "arguments", "ttl_cache": "arguments", "lfu_cache": "arguments", "alru_cache": "arguments",
    "cachedmethod": "arguments", "cached_method": "arguments", "cache_data": "arguments", "cache_resource": "arguments",
    "memo": "arguments", "memoize_method": "arguments", "run_once": "arguments", "once": "arguments",
    "cached_property": "object", "cachedproperty": "object", "lazy_property": "object", "lazyproperty": "object",
    "reify": "object", "memoized_property": "object", "threaded_cached_property": "object",
    "cached_class_property": "object",
}  # fmt: skip
"""Decorators that keep results, by the last part of their name: for each set of arguments, or for each object."""

DEPTH = 12
"""Instructions and calls that a value is followed back."""

MANY = 8
"""Different values that are told apart; more are any number."""

Token = tuple[object, ...]
"""A value that is the same wherever it is read, in the whole action."""

Tokens = frozenset[Token]


def caches_of(reach: Reach) -> dict[str, str]:
    """The functions of an action whose results a decorator keeps: for each set of "arguments", or for each "object"."""
    program = reach.program
    decorated: dict[tuple[str, int], dict[str, str]] = {}
    found = {}
    for function in sorted(reach.depths):
        facts = program.facts(function)
        if facts.parent < 0 or facts.kind != "function":
            continue
        module = program.functions[function][0]
        around = (module, facts.parent)
        if around not in decorated:
            decorated[around] = {
                site.arguments[0].text: how
                for site in program.modules[module].functions[facts.parent].sites
                if site.kind == "decorator" and site.arguments
                if (how := CACHES.get(site.text.replace("()", "").rpartition(".")[2]))
            }
        how = decorated[around].get(facts.name.rpartition(".")[2])
        if how:
            found[function] = how
    return found


class Given:
    """How values come about: `runs` says how often a function of the action runs, were nothing kept."""

    def __init__(self, reach: Reach, runs: Mapping[str, Runs]) -> None:
        self.reach = reach
        self.runs = runs
        self.values: dict[str, Values] = {}

    @cached_property
    def steady(self) -> frozenset[str]:
        """The attribute names that are the same whenever they are read of one object."""
        return steady_attributes(self.reach)

    @cached_property
    def written(self) -> frozenset[str]:
        """The globals that are not."""
        return written_globals(self.reach)

    def is_fixed(self, function: str, owner: int, cell: int) -> bool:
        """Whether a captured variable is one value in the whole action: bound in no loop of a function that runs once,
        and by no other."""
        program = self.reach.program
        functions = program.modules[program.functions[function][0]].functions
        facts = functions[owner]
        rebound = any(row[0] == op.STORE_FREE and row[1:3] == (owner, cell) for row in program.facts(function).code)
        return self.runs_once(function, owner) and not facts.loops and not rebound

    def runs_once(self, function: str, owner: int) -> bool:
        """Whether a function around another one, by its number in the module, runs once; a module does."""
        module = self.reach.program.functions[function][0]
        facts = self.reach.program.modules[module].functions[owner]
        return facts.kind == "module" or self.runs.get(f"{module}.{facts.name}") == ONCE

    def of(self, function: str) -> Values:
        """The values of a function."""
        found = self.values.get(function)
        if found is None:
            found = self.values[function] = Values(self.reach.program.facts(function))
        return found


def owner_of(facts: FunctionFacts) -> str:
    """What an object of a method's class is called."""
    return facts.name.rpartition(".")[0].rpartition(".")[2].lower() or "object"


def kept_function(given: Given, function: str, how: str) -> Runs:
    """How often a function runs whose results are kept."""
    facts = given.reach.program.facts(function)
    if not is_made_once(given, function):
        # each time that the function around it runs there is a new one, which has kept nothing
        return given.runs[function]
    params = [param.name for param in facts.params]
    if how == "object":
        indexes = [0] if params else []
        names = [owner_of(facts)]
    else:
        indexes = list(range(len(params)))
        names = params
    most = 1
    varying = []
    for index in indexes:
        tokens = values_of_param(given, function, index, DEPTH)
        if tokens is not None:
            most *= max(len(tokens), 1)
        elif params[index] in ("self", "cls") and how != "object":
            varying.append(owner_of(facts))
        else:
            varying.append(names[index])
    return at_most(given.runs[function], varying, most)


def is_made_once(given: Given, function: str) -> bool:
    """Whether a function is defined once in the whole action: in a module, a class, a function that runs once."""
    program = given.reach.program
    functions = program.modules[program.functions[function][0]].functions
    index = program.facts(function).parent
    while index > 0 and functions[index].kind == "class":
        index = functions[index].parent
    return given.runs_once(function, index)


def at_most(plain: Runs, varying: list[str], most: int) -> Runs:
    """So many values, or one run for each distinct value of some names; never more than without anything kept."""
    called = figure(plain, 1) if not any(term.loops for term in plain) else None
    if varying:
        return plain if called is not None else (Term((LoopName("distinct", " and ".join(varying)),), 1),)
    return (Term((), min(most, called) if called else most),)


def kept_key(given: Given, function: str, key: int, name: str, plain: Runs) -> Runs:
    """How often something runs that a function keeps by a key, where it would run `plain` if it did not."""
    tokens = values_of(given, function, key, DEPTH) if key >= 0 else None
    if tokens is not None:
        return at_most(plain, [], max(len(tokens), 1))
    return at_most(plain, [name], 1)


def values_of_param(given: Given, function: str, index: int, depth: int) -> Tokens | None:
    """The values that a parameter has in the whole action; None where they may be any number."""
    reach = given.reach
    if depth <= 0:
        return None
    found: set[Token] = set()
    if function in reach.entries:
        found.add(("entry", function, index))
    for edge in reach.callers.get(function, ()):
        tokens = values_given(given, edge, index, depth - 1)
        if tokens is None:
            return None
        found |= tokens
        if len(found) > MANY:
            return None
    return frozenset(found)


def values_given(given: Given, edge: Edge, index: int, depth: int) -> Tokens | None:
    """The values that one call gives to a parameter."""
    callee = given.reach.program.facts(edge.callee)
    values = given.of(edge.caller)
    param = callee.params[index]
    bound = index == 0 and param.name in ("self", "cls")
    if edge.kind == "property":
        row = next((row for row in values.facts.code if row[0] == op.ATTR and row[4] == edge.site), None)
        return values_of(given, edge.caller, row[2], depth) if row is not None and index == 0 else None
    call = values.calls.get(edge.site)
    if call is None or edge.kind not in ("call", "construct"):
        return None
    is_method = bool(callee.params) and callee.params[0].name in ("self", "cls") and "." in callee.name
    if bound and is_method:
        receiver = values.receiver(edge.site)
        return values_of(given, edge.caller, receiver, depth) if receiver is not None else None
    place = index - is_method
    positional, keywords = call[3], dict(call[4])
    if any(reg < 0 for reg in positional) or None in keywords or param.kind in ("star", "starstar"):
        return None
    if param.name in keywords:
        return values_of(given, edge.caller, keywords[param.name], depth)
    if param.kind != "kwonly" and place < len(positional):
        return values_of(given, edge.caller, positional[place], depth)
    return frozenset([("default", edge.callee, index)])


def values_of(given: Given, function: str, reg: int, depth: int) -> Tokens | None:
    """The values that a register of a function has in the whole action; None where they may be any number."""
    if depth <= 0:
        return None
    values = given.of(function)
    reg = values.origin(reg)
    if values.is_param(reg):
        return values_of_param(given, function, reg, depth) if reg < len(values.facts.params) else None
    row = values.making(reg)
    if row is None:
        return None
    kind = row[0]
    if kind in (op.STR, op.INT, op.PRIM):
        # a string that is put together has a text to begin with, and is another one each time
        return frozenset([("constant", *row[2:])]) if kind != op.PRIM or len(row) < 4 else None
    if kind == op.GLOBAL and row[2] in given.written:
        return None
    if kind == op.FREE and not given.is_fixed(function, row[2], row[3]):
        return None
    if kind in (op.GLOBAL, op.FUNC, op.FREE):
        return frozenset([("name", *row[2:])])
    if kind == op.ATTR:
        if row[3] not in given.steady:
            return None
        return extended(values_of(given, function, row[2], depth - 1), row[3])
    if kind == op.TUPLE:
        return combined(given, function, row[2], depth)
    if kind == op.BINARY:
        return combined(given, function, row[3:5], depth)
    if kind == op.ITEM:
        return combined(given, function, row[2:4], depth)
    if kind in (op.CALL, op.ENTER, op.AWAIT) and row[-1] >= 0 and values.facts.sites[row[-1]].loop < 0:
        # made once for each time that the function runs
        return frozenset([("made", function, reg)]) if given.runs[function] == ONCE else None
    return None


def extended(tokens: Tokens | None, name: str) -> Tokens | None:
    """The same attribute of each."""
    return tokens and frozenset((*token, name) for token in tokens)


def combined(given: Given, function: str, registers: tuple[int, ...], depth: int) -> Tokens | None:
    """What is made of several values: any of each."""
    found: Tokens = frozenset([()])
    for reg in registers:
        tokens = values_of(given, function, reg, depth - 1) if reg >= 0 else None
        if tokens is None or len(found) * len(tokens) > MANY:
            return None
        found = frozenset((*one, other) for one in found for other in tokens)
    return found
