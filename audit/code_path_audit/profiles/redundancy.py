"""The same work on the same input, more than once in one action: only where the facts show that it is the same.

Four forms, each op in the first that fits:

- constant input: sites anywhere with the same callee and equal constant arguments and receiver;
- local input: sites in one function with the same values as arguments, none of them changed in between;
- one value in several functions (`repeated_input`);
- repeated calls: one op that several sites lead to, on constant input or in a function that they give the same.

Left alone: work that changes what is outside (writes, messages), readers of streams and cursors, what a cache decorator
keeps, sites of which only one may run (two branches), input that the action writes, sleeping, and loops (one site that
runs often is amplification, and may be polling).
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import NamedTuple

from code_path_audit.callgraph.model import ArgumentValue, Edge, Evidence
from code_path_audit.costs.model import CostModel, ExpensiveOp
from code_path_audit.profiles.amplification import Route, base_class_of, edge_nest, nest_at, weighed
from code_path_audit.profiles.effects import STREAMS, Knowledge, is_method, is_stateful
from code_path_audit.profiles.model import Redundancy
from code_path_audit.profiles.reach import OpKey, Reach, constant_texts, grouped, is_module, op_order, place
from code_path_audit.profiles.repeated_input import across_functions
from code_path_audit.profiles.runs.distinct import DEPTH, Given, Token, values_given, values_of_param
from code_path_audit.profiles.runs.flags import Apart, asking
from code_path_audit.profiles.runs.plan import Counting
from code_path_audit.profiles.runs.terms import LIMIT
from code_path_audit.profiles.stream_reads import reads_on
from code_path_audit.profiles.values import Values

MOST_PLACES = 50_000
"""Places of repeated work that are told of one action."""


PAUSES = frozenset(("time.sleep",))
"""What is done for the time that it takes, and gives nothing that could be kept."""


class Repeat(NamedTuple):
    """A redundancy, and what it takes to apply it: the ops, and whether one execution serves all of them."""

    row: Redundancy
    ops: tuple[ExpensiveOp, ...]
    once: bool


def find_redundancy(
    reach: Reach,
    model: CostModel,
    found: dict[str, Route],
    known: Knowledge,
    ops: tuple[ExpensiveOp, ...],
    counting: Counting,
) -> tuple[Repeat, ...]:
    """All redundancies of an action, the heaviest first. `ops` are as the action runs them."""
    candidates = [
        op for op in ops if op.site >= 0 and op.callee not in PAUSES and (op.function, op.site) not in known.effectful
    ]
    constants = {op_order(op): constant_input(reach, op) for op in candidates}
    written = frozenset(row.target.removeprefix("file:") for row in reach.mutations if row.kind == "file_write")
    groups: dict[tuple[str, str], list[ExpensiveOp]] = {}
    for op in candidates:
        text = constants.get(op_order(op))
        if text and not set(constant_texts(reach, op)) & written and not kept(known, op.function):
            groups.setdefault((op.callee, text), []).append(op)
    repeats: list[Repeat] = []
    used: set[OpKey] = set()
    for (callee, text), members in groups.items():
        group = without_exclusive(known, members)
        if len(group) > 1:
            repeats.append(of_sites(reach, model, callee, text, group, True))
            used.update(map(op_order, group))
    for group, text in local_groups(reach, known, [op for op in candidates if op_order(op) not in used]):
        repeats.append(of_sites(reach, model, group[0].callee, text, group, False))
        used.update(map(op_order, group))
    given = Given(reach, partial(counting.functions, reach.depths, exact=False), counting.steady)
    for group, text in across_functions(known, given, [op for op in candidates if op_order(op) not in used]):
        repeats.append(of_sites(reach, model, group[0].callee, text, group, True))
        used.update(map(op_order, group))
    calls = cache(
        lambda function, arm, is_constant: calls_of(
            model, found, known, counting.apart, function, arm, is_constant, given
        )
    )
    for op in candidates:
        if op_order(op) not in used and not set(constant_texts(reach, op)) & written:
            text = constants.get(op_order(op), "")
            arm = asking(reach.facts(op.function), op.site)
            repeated = calls(op.function, arm, bool(text)) if text or does_the_same(known, op) else None
            if repeated is not None:
                repeats.append(of_calls(model, found, known, op, text, repeated))
    return tuple(listed(sorted(repeats, key=lambda repeat: (-repeat.row.load, repeat.row))))


def listed(repeats: Iterable[Repeat]) -> Iterator[Repeat]:
    """The first of them, up to so many places in all: each op of a function that is called at thousands of places has
    all of these."""
    places = 0
    for repeat in repeats:
        places += len(repeat.row.sites)
        if places > MOST_PLACES:
            return
        yield repeat


# input


def constant_input(reach: Reach, op: ExpensiveOp) -> str:
    """The input of an op as text, where all of it is constant and there is some; else ""."""
    key = (op.function, op.site)
    site = reach.facts(op.function).sites[op.site]
    values = reach.graph.arguments.get(key, ())
    receiver = reach.graph.receivers.get(key)
    parts: list[str] = []
    if receiver is not None and receiver.text is not None:
        parts.append(shown(receiver))
    elif is_method(op.callee) or receiver is not None:
        return ""
    if len(values) != len(site.arguments):
        return ""
    for argument, value in zip(site.arguments, values, strict=True):
        text = shown(value) or (argument.text if argument.shape == "literal" else "")
        if not text or argument.keyword in ("*", "**"):
            return ""
        parts.append(f"{argument.keyword}={text}" if argument.keyword else text)
    return ", ".join(parts)


def shown(value: ArgumentValue) -> str:
    """A constant as it would be written, "" where it is not known."""
    if value.text is not None:
        return repr(value.text.encode()) if value.kind == "bytes" else repr(value.text)
    return str(value.size) if value.kind == "int" and value.size is not None else ""


def kept(known: Knowledge, function: str) -> bool:
    """Whether the result is computed once already: a cache decorator keeps it."""
    return known.is_cached(function)


# sites


def before(values: Values, first: int, second: int) -> bool:
    """Whether the second site of a function runs after the first did: not in the other branch, nor in another loop."""
    sites = values.facts.sites
    if sites[first].loop not in (sites[second].loop, -1):
        return False
    if not sites[first].conditional:
        return True
    blocks = values.blocks.get(first, ())
    return len(blocks) == 1 and blocks == values.blocks.get(second)


def without_exclusive(known: Knowledge, group: list[ExpensiveOp]) -> list[ExpensiveOp]:
    """The ops of a group that surely come on top of another: of each function those that follow its first one."""
    firsts: dict[str, ExpensiveOp] = {}
    taken: list[ExpensiveOp] = []
    for op in sorted(group, key=op_order):
        first = firsts.setdefault(op.function, op)
        if op is first or before(known.values(op.function), first.site, op.site):
            taken.append(op)
    return taken


def local_groups(reach: Reach, known: Knowledge, ops: list[ExpensiveOp]) -> list[tuple[list[ExpensiveOp], str]]:
    """Ops of one function with the same callee and the same values as input, none changed in between."""
    groups: dict[tuple[str, str, tuple[tuple[str, int], ...]], list[ExpensiveOp]] = {}
    texts: dict[tuple[str, str, tuple[tuple[str, int], ...]], str] = {}
    for op in ops:
        if op.callee.rpartition(".")[2] in STREAMS or is_stateful(op.callee):
            continue
        given = local_input(known, op)
        if given:
            key = (op.function, op.callee, tuple((row[0], row[1]) for row in given))
            groups.setdefault(key, []).append(op)
            texts[key] = ", ".join(row[2] for row in given)
    found = []
    changes = Changes(reach, known)
    for key, members in groups.items():
        values = known.values(key[0])
        first = members[0].site
        changed = min(changes.after(key[0], reg, first) for _, reg in key[2] if reg >= 0)
        group = [members[0]]
        group += [op for op in members[1:] if op.site <= changed and before(values, first, op.site)]
        if len(group) > 1:
            found.append((group, texts[key]))
    return found


def local_input(known: Knowledge, op: ExpensiveOp) -> list[tuple[str, int, str]]:
    """The input of an op as (keyword, origin, text) for each argument, the receiver first; [] where it cannot be told.

    Origins are registers, or -1 with the attribute's path or the literal in the first field.
    """
    values = known.values(op.function)
    rows: list[tuple[str, int, str]] = []
    site = values.facts.sites[op.site]
    receiver = values.receiver(op.site)
    if is_method(op.callee):
        if receiver is None:
            return []
        row = values.making(receiver)
        if row is not None and row[-1] != -1 and len(row) == 4 and values.is_param(row[2]) and row[3] in known.steady:
            rows.append(("." + row[3], values.origin(row[2]), site.text.rpartition(".")[0]))
        else:
            rows.append((".", values.origin(receiver), site.text.rpartition(".")[0]))
    for argument in site.arguments:
        keyword = argument.keyword or ""
        if keyword in ("*", "**") or not argument.text:
            return []
        if argument.shape == "literal":
            rows.append((f"{keyword}={argument.text}", -1, argument.text))
        elif argument.shape == "name":
            rows.append((keyword, values.origin(argument.reg), argument.text))
        elif argument.shape == "attribute" and argument.text.count(".") == 1:
            owner, _, name = argument.text.partition(".")
            row = values.making(argument.reg)
            if row is None or name not in known.steady or owner not in {p.name for p in values.facts.params}:
                return []
            rows.append((f"{keyword}.{name}", values.origin(row[2]), argument.text))
        else:
            return []
    return rows if any(reg >= 0 for _, reg, _ in rows) else []


class Changes:
    """Where an object that a register holds may be changed in place: where something is stored into it, where a method
    of it is called, or where it is handed to a function that is neither a builtin nor an op."""

    def __init__(self, reach: Reach, known: Knowledge) -> None:
        self.reach, self.known = reach, known
        self.ops: dict[str, tuple[ExpensiveOp, ...]] = grouped(reach.ops, "function")
        self.read = cache(self.sites_of)

    def after(self, function: str, reg: int, site: int) -> int:
        """The first call site behind a site at which it may be."""
        sites = self.read(function).get(reg, [])
        index = bisect_right(sites, site)
        return sites[index] if index < len(sites) else sys.maxsize

    def sites_of(self, function: str) -> dict[int, list[int]]:
        """These sites of a function, in order, by the register that made the object."""
        values = self.known.values(function)
        found: dict[int, set[int]] = {}
        for reg, number in values.changed:
            found.setdefault(values.origin(reg), set()).add(number)
        plain = {row.site for row in self.reach.externals.get(function, ()) if row.callee.startswith("builtins.")}
        plain |= {op.site for op in self.ops.get(function, ()) if not is_stateful(op.callee)}
        for number, site in enumerate(values.facts.sites):
            receiver = values.receiver(number) if site.kind == "call" else None
            if receiver is not None:
                found.setdefault(values.origin(receiver), set()).add(number)
            if number not in plain:
                for argument in site.arguments:
                    found.setdefault(values.origin(argument.reg), set()).add(number)
        return {reg: sorted(sites) for reg, sites in found.items()}


def of_sites(reach: Reach, model: CostModel, callee: str, text: str, group: list[ExpensiveOp], once: bool) -> Repeat:
    """The redundancy of several sites: all but the first are repeats, all but one execution where one serves all."""
    if once:
        load = sum(op.weight for op in group) - max(weighed(model, op, 1) for op in group)
    else:
        load = sum(op.weight for op in group[1:])
    sites = tuple(place(reach.program, op.function, op.site) for op in group)
    return Repeat(Redundancy(callee, text, sites, tuple(op.id for op in group), load), tuple(group), once)


# calls


class Calls(NamedTuple):
    """The call sites of a function, or of the only one that leads to it: each does once more what the function does.
    `function` is whose sites they are; `amplifications` how often each runs, with how many sites do."""

    function: str
    places: tuple[str, ...]
    amplifications: tuple[tuple[int, int], ...]


def of_calls(
    model: CostModel, found: dict[str, Route], known: Knowledge, op: ExpensiveOp, text: str, calls: Calls
) -> Repeat:
    """The redundancy of one op whose function, or the only caller of it, is called from several sites: on input that is
    constant, or with the same arguments.

    Its load is what the op weighs at all these sites but the heaviest.
    """
    reach = known.reach
    own = nest_at(reach, model, op.function, op.site)
    once = found[op.function].amplification * own.factor
    inner = max(once // max(found[calls.function].amplification, 1), 1)
    weights = [(weighed(model, op, min(runs * inner, LIMIT)), count) for runs, count in calls.amplifications]
    load = sum(weight * count for weight, count in weights) - max(weight for weight, _ in weights)
    label = text or f"in {op.function}({', '.join(p.name for p in reach.facts(op.function).params)})"
    return Repeat(Redundancy(op.callee, label, calls.places, (op.id,), load), (op,), bool(text))


def calls_of(
    model: CostModel,
    found: dict[str, Route],
    known: Knowledge,
    apart: Apart,
    function: str,
    arm: int,
    is_constant: bool,
    given: Given,
) -> Calls | None:
    """The calls of a function that are repeats of one another, if there are several: of one that does the same for the
    same arguments those with equal ones, all of them where what it does `is_constant`. Calls with which it does not
    take the `arm` that does it are none. Calls from within a cycle, and those that are not certain, prove nothing."""
    reach = known.reach
    facts = reach.facts(function)
    climbed: set[str] = set()
    while True:
        calls = reach.callers.get(function, ())
        if (
            function in climbed or function in reach.entries
            or kept(known, function) or is_module(reach.program, function)
            or any(edge.evidence != Evidence.CERTAIN.word or edge.site < 0 for edge in calls)
        ):  # fmt: skip
            return None
        climbed.add(function)
        if found[function].recursive:
            return None
        calls = tuple(edge for edge in calls if apart.may_take(facts, arm, edge))
        if len(calls) != 1:
            break
        if not is_constant and any(one_value(given, function, index) is None for index in range(len(facts.params))):
            return None
        function = calls[0].caller
        facts = reach.facts(function)
        arm = asking(facts, calls[0].site)
    if not is_constant and facts.params:
        calls = with_the_same_arguments(given, calls)
    sites = []
    for edge in calls:
        alternatives = {other.callee for other in known.calls.between(edge.caller, edge.site, edge.site + 1)}
        if len(alternatives) == 1:
            sites.append(edge)
    first: dict[str, int] = {}
    for edge in sites:
        first[edge.caller] = min(edge.site, first.get(edge.caller, edge.site))
    sites = [edge for edge in sites if not exclusive(known, edge, first[edge.caller])]
    sites = [edge for edge in sites if not in_another_branch(known, edge, sites[0])]
    if len(sites) < 2:
        return None
    runs = Counter(found[edge.caller].amplification * edge_nest(reach, model, edge).factor for edge in sites)
    places = tuple(place(reach.program, edge.caller, edge.site) for edge in sites)
    return Calls(function, places, tuple(sorted(runs.items())))


def does_the_same(known: Knowledge, op: ExpensiveOp) -> bool:
    """Whether the function of an op does the same work each time that it is called with the same arguments: it changes
    nothing outside, and reads nothing that changes, nor on in a stream that it is given."""
    function = op.function
    facts = known.reach.facts(function)
    last = op.callee.rpartition(".")[2]
    is_called = facts.kind in ("function", "lambda") and last not in ("recv", "input")
    if not is_called or known.is_doubtful(known.below[function]):
        return False
    does = known.together(known.below[function])
    if does.emits or does.files or does.reads & known.written_globals:
        return False
    values = known.values(function)
    if reads_on(values, op):
        return False
    if not facts.params:
        return True
    site = facts.sites[op.site]
    streamed = [argument.reg for argument in site.arguments] if last in STREAMS else []
    receiver = values.receiver(op.site)
    if receiver is not None and is_stateful(op.callee):
        streamed.append(receiver)
    if any(values.is_param(reg) for reg in streamed) or does.shared:
        return False
    read = {name for below in known.names(known.below[function]) for name in known.values(below).attributes}
    if not read <= known.steady:
        return False
    return base_class_of(op) != "file_io" or not known.file_writes.may_be_before(function, op.site)


def one_value(given: Given, function: str, index: int) -> Token | None:
    """The value that a parameter has in the whole action, if it is one."""
    tokens = values_of_param(given, function, index, DEPTH)
    return next(iter(tokens)) if tokens is not None and len(tokens) == 1 else None


def with_the_same_arguments(given: Given, calls: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """Of some calls of a function the most that give it the same: the first of equals; () where it cannot be told."""
    groups: dict[tuple[Token, ...], list[Edge]] = {}
    for edge in calls:
        count = len(given.reach.facts(edge.callee).params)
        tokens = [values_given(given, edge, index, DEPTH) for index in range(count)]
        values = [next(iter(found)) for found in tokens if found is not None and len(found) == 1]
        if len(values) == count:
            groups.setdefault(tuple(values), []).append(edge)
    return tuple(sorted(groups.values(), key=len)[-1]) if groups else ()


def exclusive(known: Knowledge, edge: Edge, first: int) -> bool:
    """Whether a call may be one of two branches: the first call of the same function need not have run before it."""
    return edge.site != first and not before(known.values(edge.caller), first, edge.site)


def in_another_branch(known: Knowledge, edge: Edge, other: Edge) -> bool:
    """Whether two functions that call the same one may be called in two branches of one that leads to both."""
    if edge.caller == other.caller:
        return False
    ways = ways_up(known, edge), ways_up(known, other)
    shared = next((name for name in ways[0] if name in ways[1]), None)
    if shared is None:
        return False
    first, second = sorted(way[shared] for way in ways)
    return first != second and not before(known.values(shared), first, second)


def ways_up(known: Knowledge, edge: Edge) -> dict[str, int]:
    """Where a call is made, and what leads there as long as one call does: functions with their call sites."""
    found: dict[str, int] = {}
    while edge.site >= 0 and edge.caller not in found:
        found[edge.caller] = edge.site
        calls = known.reach.callers.get(edge.caller, ())
        if len(calls) != 1:
            break
        edge = calls[0]
    return found
