"""Entry points below decorators of the source: what stands under the name of one is called from outside, and no longer
the function itself.

A decorator that gives another function (`def guarded(view): ... return wrapper`) has that run in front, behind or
around: it is the action's start, and the function is what it calls. Decorators of libraries give nothing that could be
read, so the outermost function of the source counts. A wrapper that stands before several of the action's entry points
counts for the first of them; it is left out (ops too few) where the call in it may lead elsewhere, too: what it calls
would be told of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from code_path_audit.callgraph.functions.arguments import bind_arguments
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import BOX, FUNC, INST
from code_path_audit.callgraph.solver.ids import BEFORE, NO_CLASS, NOWHERE, Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts


class Wrappers:
    """What stands before the entry points."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[Activation, tuple[Function, ...]]] = {}
        """Of each by its name: the activation that is entered, and the functions from there on to it."""
        self.used: set[Function] = set()
        """The functions that stand before one of the entry points."""
        self.registers: dict[Function, dict[int, list[int]]] = {}
        """Of the functions and bodies that define functions: what the decorators of these give."""


def enter_wrapper(s: State, root: str) -> None:
    """Begin what stands under the name of an entry point, where that is another function of the source."""
    value = s.function_value(root)
    if value is None or s.rows[value].env < 0:
        return
    fid = s.rows[value].function
    found = standing_before(s, value)
    table = s.tables[Wrappers]
    functions = {s.rows[one].function for one, _ in found}
    if not found or not functions.isdisjoint(table.used):
        return
    table.used |= functions
    function, receiver = found[0]
    aid = s.activate(s.rows[function].function, s.rows[function].env, ())
    first = receiver if receiver != NO_CLASS else None
    # it is given what the function would be
    inner = s.a_base[s.activate(fid, s.rows[value].env, ())]
    given = tuple((inner + i, False) for i, p in enumerate(s.facts[fid].params) if p.kind in ("pos", "normal"))
    call = Call(Site(aid, BEFORE), NOWHERE, given, (), "call")
    facts = s.facts[s.a_function[aid]]
    bind_arguments(s, call, facts, aid, first, -1, function, s.defaults.get(function, {}))
    table.of[root] = aid, (*(s.rows[one].function for one, _ in found), fid)


def standing_before(s: State, value: Value) -> list[tuple[Value, Value]]:
    """The functions that the decorators of another give, the outermost first, each with the object that it is a method
    of; none where one gives back what it got, more than one function, or nothing that could be read."""
    chain: list[tuple[Value, Value]] = []
    for var in (*reversed(list(listed(s, value))), *reversed(list(steps(s, value)))):
        held = s.holds(var)
        functions = [(v, NO_CLASS) for v in held if s.kinds[v] == FUNC]
        for made in held if not functions else ():
            own = classes.find(s, s.rows[made].cls, "__call__") if s.kinds[made] == INST else None
            if isinstance(own, classes.Own):
                functions += [(v, made) for v in s.holds(own.var) if s.kinds[v] == FUNC]
        if len(functions) > 1:
            functions = [one for one in functions if is_async(s, one[0]) == is_async(s, value)]
        if len(functions) > 1:
            return []
        if functions and s.rows[functions[0][0]].function != s.rows[value].function:
            chain += [one for one in functions if one not in chain]
    return chain


LISTS = "decorators"
"""The list in a view class of Flask's of what decorates the view."""


def is_async(s: State, function: Value) -> bool:
    """Whether a function is a coroutine's: a decorator that gives one of two gives what fits."""
    return s.facts[s.rows[function].function].is_async


def decorate(s: State, root: str) -> None:
    """The decorators that a view class lists are given a method of it that is an entry point."""
    value = s.function_value(root)
    env = s.rows[value].env if value is not None else -1
    cls = s.a_class[env] if env >= 0 else NO_CLASS
    boxes = [box for box in classes.held(s, cls, LISTS) if s.kinds[box] == BOX] if cls != NO_CLASS else []
    found = [decorator for box in boxes for decorator in s.holds(s.field(box, "*")) if s.kinds[decorator] == FUNC]
    if value is None or not found:
        return
    given = s.variable()
    s.add(given, s.bound_method(value, s.of(INST, cls, 0)))
    site = Site(s.module_aids[s.modules[s.rows[cls].function]], BEFORE)
    for number, decorator in enumerate(found):
        out = s.field(value, f"#decorated:{number}")
        s.apply(s, Call(site, out, ((given, False),), (), "decorator"), decorator)
        given = out


def listed(s: State, value: Value) -> Iterator[Var]:
    """The variables of what the decorators that a view class lists give, the innermost first."""
    number = 0
    while (value, f"#decorated:{number}") in s.fields:
        yield s.field(value, f"#decorated:{number}")
        number += 1


def steps(s: State, value: Value) -> Iterator[Var]:
    """The variables of what each decorator of a function gives, the innermost first."""
    around = s.rows[value].env
    if around < 0:
        return
    table = s.tables[Wrappers].registers
    fid = s.a_function[around]
    if fid not in table:
        table[fid] = given_by_decorators(s.facts[fid])
    for reg in table[fid].get(s.indices[s.rows[value].function], ()):
        yield s.a_base[around] + reg


def is_decorator(facts: FunctionFacts, site: int) -> bool:
    """Whether a call site is that of a decorator."""
    return site >= 0 and facts.sites[site].kind == "decorator"


def given_by_decorators(facts: FunctionFacts) -> dict[int, list[int]]:
    """The registers of what decorators give, the innermost first, by the index of the function below them."""
    found: dict[int, list[int]] = {}
    below: dict[int, int] = {}
    for row in facts.code:
        if row[0] == op.FUNC:
            below[row[1]] = row[2]
        elif row[0] == op.CALL and len(row[3]) == 1 and row[3][0] in below and is_decorator(facts, row[5]):
            index = below[row[1]] = below[row[3][0]]
            found.setdefault(index, []).append(row[1])
    return found


def starting(s: State) -> dict[str, Activation]:
    """The entry points that begin with what stands before them, and the activation of that."""
    table = s.tables[Wrappers].of
    before = s.tables[Wrappers].used
    callers: dict[Function, set[Function]] = {}
    leading: dict[Function, list[set[Function]]] = {fid: [] for fid in before}
    for (caller, _), callees in s.edges.items() if table else ():
        found = {s.a_function[callee] for (callee, _), evidence in callees.items() if evidence >= s.follows}
        if s.facts[s.a_function[caller]].kind != "module":  # that ran before
            for fid in found & before:
                callers.setdefault(fid, set()).add(s.a_function[caller])
        if s.a_function[caller] in leading:
            leading[s.a_function[caller]].append(found)

    def leads(caller: Function, callee: Function) -> bool:
        return [found for found in leading[caller] if callee in found] == [{callee}]

    return {
        root: aid
        for root, (aid, chain) in table.items()
        if all(s.names[fid] not in table for fid in chain[:-1])
        and chain[0] not in callers
        and all(callers.get(fid) == {chain[index]} for index, fid in enumerate(chain[1:-1]))
        and all(leads(caller, callee) for caller, callee in pairwise(chain))
    }
