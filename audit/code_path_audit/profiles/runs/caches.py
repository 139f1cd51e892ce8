"""What is kept: how often a function runs whose results are kept, and what is made where it is not there yet."""

from __future__ import annotations

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.rows import CAPTURED, Arm
from code_path_audit.profiles.runs.decorators import Cache
from code_path_audit.profiles.runs.distinct import (
    DEPTH,
    Given,
    Tokens,
    objects_made,
    values_of,
    values_of_param,
)
from code_path_audit.profiles.runs.graph import term_of
from code_path_audit.profiles.runs.resets import Resets
from code_path_audit.profiles.runs.standing import loops_from
from code_path_audit.profiles.runs.terms import NEVER, ONCE, LoopName, Runs, Term, added, fewer, product, size


def kept_function(given: Given, resets: Resets, function: str, cache: Cache) -> Runs:
    """How often a function runs whose results a decorator keeps."""
    plain = given.runs[function]
    facts = given.reach.facts(function)
    if not is_made_once(given, function):
        # each time that the function around it runs there is a new one, which has kept nothing
        return plain
    params = [param.name for param in facts.params]
    asked = Asked(given, function, plain)
    if cache.how == "object":
        if params:
            asked.holder(0)
    else:
        for index, name in enumerate(params):
            if name in ("self", "cls") and not index:
                asked.holder(index)
            elif cache.given:
                # which argument of a call is which parameter nobody looks up
                asked.key(name, None if index >= cache.given else CONSTANT)
            else:
                asked.key(name, values_of_param(given, function, index, DEPTH))
    if cache.most is not None and asked.most > cache.most:
        return plain
    return resets.made_again(function, facts.name.rpartition(".")[2], plain, asked.runs())


def kept_arm(given: Given, resets: Resets, function: str, number: int) -> Runs:
    """How often something runs that a function makes where it is not there, and keeps for the whole action."""
    facts = given.reach.facts(function)
    arm = facts.arms[number]
    plain = product(given.runs[function], (term_of(loops_from(facts, given.reach.graph, function, arm.loop)),))
    asked = Asked(given, function, plain)
    if arm.per:
        asked.key(arm.per, values_of(given, function, arm.key, DEPTH) if arm.key >= 0 else None)
    if arm.holder <= CAPTURED:
        asked.variable(CAPTURED - arm.holder)
    elif arm.holder >= 0 and not is_of_class(given, function, arm):
        asked.holder(arm.holder)
    return resets.made_again(function, arm.target, plain, asked.runs(), arm.flag)


def is_of_class(given: Given, function: str, arm: Arm) -> bool:
    """Whether what an object keeps elements in is made by its class, one for all objects."""
    program = given.reach.program
    module, index = program.functions[function]
    functions = program.modules[module].functions
    around = functions[functions[index].parent] if functions[index].parent >= 0 else None
    if not arm.per or arm.holder != 0 or around is None or around.kind != "class":
        return False
    made = any(row[0] == op.STORE_NAME and row[1] == arm.target for row in around.code)
    return made and arm.target not in given.stored_attributes


def kept_call(given: Given, function: str, site: int) -> Runs:
    """How often a cache runs what it is handed at a call site: once for each key. So does a dict with a factory where
    it is looked into, each dict of its own."""
    facts = given.reach.facts(function)
    row, values = facts.sites[site], given.of(function)
    plain = product(given.runs[function], (term_of(loops_from(facts, given.reach.graph, function, row.loop)),))
    asked = Asked(given, function, plain)
    if row.kind == "operator":
        looked = next((code for code in values.facts.code if code[0] == op.ITEM and code[4] == site), None)
        if looked is None:
            return plain  # a part of what is unpacked or matched
        asked.key("key", values_of(given, function, looked[3], DEPTH))
        asked.holder(looked[2])
        return asked.runs()
    key = row.arguments[0]
    name = key.text.rpartition(".")[2].strip("[]()")
    reg = values.calls[site][3][0]
    asked.key(name if name.isidentifier() else "key", values_of(given, function, reg, DEPTH) if reg >= 0 else None)
    return asked.runs()


CONSTANT: Tokens = frozenset([("constant",)])
"""A part of a key that is the same each time."""


class Asked:
    """What a cache is asked for: so many different keys, of so many objects that have a cache each."""

    def __init__(self, given: Given, function: str, plain: Runs) -> None:
        self.given, self.function, self.plain = given, function, plain
        self.most = 1
        self.varying: list[str] = []
        self.keys = 0
        self.objects: Runs = ONCE

    def key(self, name: str, tokens: Tokens | None) -> None:
        """One part of the key: the values that it has, None where they may be any number."""
        self.keys += 1
        self._part(name, tokens)

    def _part(self, name: str, tokens: Tokens | None) -> None:
        if tokens is None:
            self.varying.append(name)
        else:
            self.most *= max(len(tokens), 1)

    def holder(self, reg: int) -> None:
        """The object that keeps it."""
        tokens = values_of(self.given, self.function, reg, DEPTH)
        made = objects_made(self.given, self.function, reg) if tokens is None else None
        if made is not None:
            self.objects = made
        else:
            self._part(owner_of(self.given.reach.facts(self.function)), tokens)

    def variable(self, owner: int) -> None:
        """A variable of a function around, by its number in the module, that keeps it."""
        module = self.given.reach.program.functions[self.function][0]
        around = self.given.reach.program.modules[module].functions[owner].name
        found = self.given.runs.get(f"{module}.{around}", NEVER)
        if around.rpartition(".")[2] in self.given.called_by_modules:
            found = added(found, ONCE)
        self.objects = found or ONCE

    def runs(self) -> Runs:
        """Once for each, and never more often than without anything kept."""
        names = (LoopName("distinct", " and ".join(self.varying)),) if self.varying else ()
        kept = product(self.objects, (Term(names, self.most),))
        if names and not self.keys and not any(term.loops for term in self.plain):
            # in a loop it is made for each object, and no more often where that loop is gone
            return kept if size(self.plain) > size(kept) else self.plain
        return fewer(kept, self.plain)


def owner_of(facts: FunctionFacts) -> str:
    """What an object of a method's class is called."""
    return facts.name.rpartition(".")[0].rpartition(".")[2].lower() or "object"


def is_made_once(given: Given, function: str) -> bool:
    """Whether a function is defined once in the whole action: in a module, a class, a function that runs once."""
    return given.runs_once(function, defined_in(given, function))


def defined_in(given: Given, function: str) -> int:
    """The function that a function is defined in, by its number in the module, classes left out; 0 for the module."""
    program = given.reach.program
    functions = program.modules[program.functions[function][0]].functions
    index = program.facts(function).parent
    while index > 0 and functions[index].kind == "class":
        index = functions[index].parent
    return index
