"""What a cache is asked for in a whole action: how many different values something has, and how many objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property

from code_path_audit.callgraph.model import Edge
from code_path_audit.facts import opcodes as op
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.graph import term_of
from code_path_audit.profiles.runs.origins import is_class, origins
from code_path_audit.profiles.runs.standing import loops_from
from code_path_audit.profiles.runs.terms import NEVER, ONCE, Runs, added, runs_of, scaled
from code_path_audit.profiles.steady import Steady
from code_path_audit.profiles.values import COPIES, Values

DEPTH = 12
"""Instructions and calls that a value is followed back."""

MANY = 8
"""Different values that are told apart; more are any number."""

OF_VALUES = frozenset((
    "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "os.path.join", "os.path.abspath", "os.path.dirname",
    "str", "int", "float", "builtins.str", "builtins.int", "builtins.float",
))  # fmt: skip
"""What makes a value of what it is given that is equal to any other that is made of the same."""

ITEM = "[]"
"""What an element of something ends with, in a token."""

Token = tuple[object, ...]
"""A value that is the same wherever it is read, in the whole action."""

Tokens = frozenset[Token]


class Given:
    """How values come about."""

    def __init__(
        self, reach: Reach, count: Callable[[], Mapping[str, Runs]], steady: Steady, joins: bool = False
    ) -> None:
        """With `joins` what branches give a variable are its values, and none is told of that is not one of them."""
        self.reach, self.steady, self.joins = reach, steady, joins
        self.count = count
        self.kept_by = cache(lambda constructor: kept_params(self.of(constructor)))
        self.of = steady.values
        """The values of a function."""
        self.of_params: dict[tuple[str, int, int], Tokens | None] = {}

    @cached_property
    def runs(self) -> Mapping[str, Runs]:
        """How often a function of the action runs, were nothing kept: counted when a value first asks for it."""
        return self.count()

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
        # one that the action does not run has run before it
        return facts.kind == "module" or self.runs.get(f"{module}.{facts.name}", ONCE) == ONCE

    @cached_property
    def stored_attributes(self) -> frozenset[str]:
        """The attributes that functions of the action assign to."""
        facts = self.reach.facts
        return frozenset(row[2] for name in self.reach.depths for row in facts(name).code if row[0] == op.STORE_ATTR)

    @cached_property
    def called_by_modules(self) -> frozenset[str]:
        """The last names of what modules of the action call themselves, before it begins."""
        program = self.reach.program
        modules = {program.functions[name][0] for name in self.reach.depths}
        sites = (site for module in sorted(modules) for site in program.modules[module].functions[0].sites)
        return frozenset(site.text.replace("()", "").rpartition(".")[2] for site in sites)


def values_of_param(given: Given, function: str, index: int, depth: int) -> Tokens | None:
    """The values that a parameter has in the whole action; None where they may be any number."""
    key = (function, index, depth)
    if key not in given.of_params:
        given.of_params[key] = _values_of_param(given, function, index, depth)
    return given.of_params[key]


def _values_of_param(given: Given, function: str, index: int, depth: int) -> Tokens | None:
    reach = given.reach
    if depth <= 0:
        return None
    found: set[Token] = set()
    if function in reach.entries:
        found.add(("entry", function, index))
    for edge in reach.callers.get(function, ()):
        if hands_on(given, edge, index):
            continue
        tokens = values_given(given, edge, index, depth - 1)
        if tokens is None:
            return None
        found |= tokens
        if len(found) > MANY:
            return None
    return frozenset(found)


def hands_on(given: Given, edge: Edge, index: int) -> bool:
    """Whether a function that calls itself only hands on what it was given."""
    if edge.caller != edge.callee:
        return False
    reg = register_given(given, edge, index)
    return reg is not None and reg >= 0 and given.of(edge.caller).origin(reg) == index


DEFAULT = -3
"""In the place of a register: a parameter has its default."""


def values_given(given: Given, edge: Edge, index: int, depth: int) -> Tokens | None:
    """The values that one call gives to a parameter."""
    if edge.kind == "property" and index == 1 and edge.callee.endswith(".__getattr__") and edge.site >= 0:
        return frozenset([("constant", given.reach.facts(edge.caller).sites[edge.site].text.rpartition(".")[2])])
    reg = register_given(given, edge, index)
    if reg == DEFAULT:
        tokens = constant_of(default_of(given, edge.callee, index))
        return frozenset([("default", edge.callee, index)]) if tokens is None else tokens
    return None if reg is None else values_of(given, edge.caller, reg, depth)


def register_given(given: Given, edge: Edge, index: int) -> int | None:
    """The register of the caller that a call gives to a parameter; None where it cannot be told."""
    callee = given.reach.facts(edge.callee)
    values = given.of(edge.caller)
    param = callee.params[index]
    if edge.kind == "property":
        row = values.reads.get((op.ATTR, edge.site))
        return int(row[2]) if row is not None and index == 0 else None
    if edge.kind == "operator" and edge.callee.endswith((".__getitem__", ".__missing__")) and index < 2:
        row = values.reads.get((op.ITEM, edge.site))
        return int(row[2 + index]) if row is not None else None
    call = values.calls.get(edge.site)
    if call is None or edge.kind not in ("call", "construct"):
        return None
    is_method = is_given_itself(given, edge)
    if index == 0 and is_method:
        if edge.kind != "construct":
            return values.receiver(edge.site)
        # `__new__` is given the class, and every other the object
        return int(call[2 if edge.callee.endswith(".__new__") else 1])
    place = index - is_method
    positional, keywords = call[3], dict(call[4])
    unpacked = next((number for number, reg in enumerate(positional) if reg < 0), len(positional))
    if param.kind in ("star", "starstar"):
        return None
    if param.kind != "kwonly" and place < unpacked:
        return int(positional[place])
    if param.name in keywords and param.kind != "pos":
        return int(keywords[param.name])
    # what is unpacked may have it
    return DEFAULT if unpacked == len(positional) and None not in keywords else None


def is_given_itself(given: Given, edge: Edge) -> bool:
    """Whether the first parameter of what is called is the object, which stands among no arguments."""
    callee = given.reach.facts(edge.callee)
    is_method = bool(callee.params) and callee.params[0].name in ("self", "cls") and "." in callee.name
    if is_method and edge.kind == "call" and callee.params[0].name == "self":
        return not is_unbound(given, edge.caller, edge.site)
    return is_method


def rest_given(given: Given, edge: Edge, index: int) -> tuple[int, ...]:
    """The registers that a call gives to `*args`, which is the parameter of this number: what is unpacked as ~register;
    () where it cannot be told."""
    call = given.of(edge.caller).calls.get(edge.site)
    if call is None or edge.kind not in ("call", "construct"):
        return ()
    before = call[3][: index - is_given_itself(given, edge)]
    return tuple(call[3][len(before) :]) if min(before, default=0) >= 0 else ()


def is_unbound(given: Given, caller: str, site: int) -> bool:
    """Whether a call is of a method of a class itself: Base.save(self)."""
    program = given.reach.program
    receiver = given.of(caller).receiver(site)
    if receiver is None:
        return False
    found = list(origins(given.steady.values, given.of(caller), program.functions[caller][0], receiver))
    return bool(found) and all(is_class(program, origin) for origin in found)


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
        return joined(given, function, reg, depth) if given.joins else None
    tokens = values_made(given, function, row, depth)
    if tokens is None and row[0] in READ_ONCE and row[-1] >= 0 and values.facts.sites[row[-1]].loop < 0:
        # whatever it is, it was read or made once, where its function runs once
        return frozenset([("made", function, reg)]) if given.runs[function] == ONCE else None
    return tokens


READ_ONCE = frozenset((op.CALL, op.ENTER, op.AWAIT, op.ATTR, op.ITEM))
"""Instructions that give a register its value, with their call site last."""


def values_made(given: Given, function: str, row: tuple, depth: int) -> Tokens | None:  # type: ignore[type-arg]
    """The values of what an instruction makes, by what it makes them of; None where they may be any number."""
    values = given.of(function)
    kind = row[0]
    if kind in (op.STR, op.INT, op.PRIM):
        return constant_of(row)
    if kind == op.GLOBAL and row[2] in given.steady.written:
        return None
    if kind == op.FREE and not given.is_fixed(function, row[2], row[3]):
        return None
    if kind in (op.GLOBAL, op.FUNC, op.FREE):
        return frozenset([("name", given.reach.program.functions[function][0], *row[2:])])
    if kind == op.ATTR:
        if row[3] not in given.steady.attributes:
            return None
        return attribute_of(given, values_of(given, function, row[2], depth - 1), row[3], depth)
    if kind == op.TUPLE:
        return combined(given, function, row[2], depth)
    if kind == op.BINARY:
        return combined(given, function, row[3:5], depth)
    if kind == op.ITEM:
        return extended(combined(given, function, row[2:4], depth), ITEM)
    if kind == op.CALL and not row[4] and min(row[3], default=-1) >= 0:
        found = list(origins(given.steady.values, values, given.reach.program.functions[function][0], row[2]))
        outside = [origin.name for origin in found if not origin.is_source] or [builtin_called(values, row[2])]
        name = outside[0]
        if len(found) < 2 and name in OF_VALUES and not any(origin.is_source for origin in found):
            # the same for the same, and equal to what another call of it makes
            equal = extended(combined(given, function, row[3], depth), name)
            if equal is not None:
                return equal
    return None


def joined(given: Given, function: str, reg: int, depth: int) -> Tokens | None:
    """The values of a variable that several branches give one, those of each; None among others stands for one of
    them: `if path is None: path = DEFAULT`."""
    rows = given.of(function).made.get(reg, ())
    found: set[Token] = set()
    for row in rows:
        tokens = values_of(given, function, row[2], depth - 1) if row[0] in COPIES and row[2] >= 0 else None
        if tokens is None or len(found | tokens) > MANY:
            return None
        found |= tokens
    return frozenset(found - {NOTHING}) or frozenset(found) or None


NOTHING: Token = ("constant", "builtins.None")


def builtin_called(values: Values, reg: int) -> str:
    """The name by which a global is called, "" for what is made or handed over."""
    row = values.making(reg)
    return str(row[2]) if row is not None and row[0] == op.GLOBAL else ""


def constant_of(row: tuple | None) -> Tokens | None:  # type: ignore[type-arg]
    """The constant that an instruction makes; None where it makes another one each time, or no constant."""
    if row is None or row[0] not in (op.STR, op.INT, op.PRIM):
        return None
    # a string that is put together has a text to begin with, and is another one each time
    is_begun = row[0] == op.PRIM and row[2] == "builtins.str" and len(row) > 3
    return None if is_begun or row[2] == "builtins.bytes" else frozenset([("constant", *row[2:])])


def default_of(given: Given, function: str, index: int) -> tuple | None:  # type: ignore[type-arg]
    """The instruction that makes the default of a parameter, where the function is defined."""
    program = given.reach.program
    module, number = program.functions[function]
    functions = program.modules[module].functions
    around = functions[functions[number].parent]
    values = given.of(module if around.kind == "module" else f"{module}.{around.name}")
    row = next((row for row in around.code if row[0] == op.FUNC and row[2] == number), None)
    name = program.facts(function).params[index].name
    reg = None if row is None else dict(row[3]).get(name)
    return None if reg is None else values.making(reg)


def extended(tokens: Tokens | None, name: str) -> Tokens | None:
    """The same attribute of each."""
    return tokens and frozenset((*token, name) for token in tokens)


def attribute_of(given: Given, objects: Tokens | None, name: str, depth: int) -> Tokens | None:
    """The same attribute of each of some objects: what its constructor was given for it, where that is seen."""
    found: set[Token] = set()
    for token in objects or ():
        said = said_by_constructor(given, token, name, depth)
        found |= {(*token, name)} if said is None else said
    return None if objects is None else frozenset(found)


def said_by_constructor(given: Given, token: Token, name: str, depth: int) -> Tokens | None:
    """The values of an attribute of an object that one call makes, where its constructor, and no other that this calls,
    keeps a parameter under that name, once and in any case; else None."""
    if len(token) != 3 or token[0] != "made":
        return None
    function, reg = str(token[1]), int(str(token[2]))
    row = given.of(function).making(reg)
    if row is None or row[0] != op.CALL:
        return None
    edges = [edge for edge in given.steady.calls.between(function, row[5], row[5] + 1) if edge.kind == "construct"]
    if len(edges) != 1 or edges[0].evidence != "certain" or not edges[0].callee.endswith(".__init__"):
        return None
    kept = given.kept_by(edges[0].callee).get(name)
    return None if kept is None else values_given(given, edges[0], kept, depth - 1)


def kept_params(values: Values) -> dict[str, int]:
    """The parameters that a constructor, and no other that it calls, keeps in its object, by the names of the
    attributes: of those that it stores once."""
    if any(site.text.endswith("__init__") for site in values.facts.sites):
        return {}
    stores: dict[str, list[tuple[int, int]]] = {}
    for row in values.facts.code:
        if row[0] == op.STORE_ATTR:
            stores.setdefault(row[2], []).append((values.origin(row[1]), values.origin(row[3])))
    found: dict[str, int] = {}
    for name, ((owner, kept), *others) in stores.items():
        if not others and owner == 0 and values.is_param(kept) and 0 < kept < len(values.facts.params):
            found[name] = kept
    return found


def combined(given: Given, function: str, registers: tuple[int, ...], depth: int) -> Tokens | None:
    """What is made of several values: any of each."""
    found: Tokens = frozenset([()])
    for reg in registers:
        tokens = values_of(given, function, reg, depth - 1) if reg >= 0 else None
        if tokens is None or len(found) * len(tokens) > MANY:
            return None
        found = frozenset((*one, other) for one in found for other in tokens)
    return found


def objects_made(given: Given, function: str, reg: int) -> Runs | None:
    """How many objects a register may hold in the whole action, where all of them are made by calls of classes that are
    seen; None where they may come from elsewhere."""
    found: dict[tuple[str, int], Runs] = {}
    if not _made(given, function, reg, DEPTH, found):
        return None
    total = NEVER
    for place in sorted(found):
        total = added(total, found[place])
    return total


DISPLAYS = frozenset((op.DICT, op.LIST, op.SET))
CONTAINERS = frozenset(("dict", "list", "set"))
FACTORIES = frozenset(("collections.defaultdict", "collections.OrderedDict"))


def _made(given: Given, function: str, reg: int, depth: int, found: dict[tuple[str, int], Runs]) -> bool:
    if depth <= 0:
        return False
    reach, values = given.reach, given.of(function)
    reg = values.origin(reg)
    if values.is_param(reg):
        if reg >= len(values.facts.params) or function in reach.entries:
            return False
        for edge in reach.callers.get(function, ()):
            if hands_on(given, edge, reg):
                continue
            place = register_given(given, edge, reg)
            if place is None or place == DEFAULT or not _made(given, edge.caller, place, depth - 1, found):
                return False
        return True
    row = values.making(reg)
    if row is not None and row[0] in DISPLAYS and not values.facts.loops:
        found[function, reg] = runs_of(given.runs[function])
        return True
    if row is None or row[0] != op.CALL or row[5] < 0:
        return False
    program = reach.program
    module = program.functions[function][0]
    made = list(origins(given.steady.values, values, module, row[2]))
    called = values.making(row[2])
    is_container = not made and called is not None and called[0] == op.GLOBAL and called[2] in CONTAINERS
    is_container |= bool(made) and all(not origin.is_source and origin.name in FACTORIES for origin in made)
    if not is_container and (not made or not all(is_class(program, origin) for origin in made)):
        return False
    site = values.facts.sites[row[5]]
    term = term_of(loops_from(values.facts, reach.graph, function, site.loop))
    found[function, reg] = scaled(given.runs[function], term)
    return True
