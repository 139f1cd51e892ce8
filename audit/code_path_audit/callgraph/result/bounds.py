"""What is known of sizes: the arguments of calls that leave the source, and how often loops run."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

from code_path_audit.callgraph.model import ArgumentValue, Bound, ExternalCall
from code_path_audit.callgraph.solver.abstract_values import BOX, EXT, INST, INT, STR, XMETHOD
from code_path_audit.callgraph.solver.ids import Activation, Function, Site, Value, Var
from code_path_audit.callgraph.solver.shared_sets import Held
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.opcodes import Row

NAMED_BY_PATH = frozenset(("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "builtins.open", "io.open"))
"""Calls with one argument, a path, that their result stands for."""

MAKERS = frozenset((op.ATTR, op.CALL, op.COPY, op.PRIM, op.STR, op.INT, op.LIST, op.DICT, op.SET, op.TUPLE, op.JOINED))
LITERALS = frozenset((op.STR, op.INT, op.LIST, op.DICT, op.SET, op.TUPLE))
LONGEST_TEXT = 200
"""Longer strings have a length and no text."""

NOTHING = ArgumentValue("unknown", None, None, "unknown")
UNKNOWN_BOUND = Bound(None, "unknown")
Arguments = dict[tuple[str, int], tuple[ArgumentValue, ...]]


class Sizes:
    """Sizes, counted once."""

    def __init__(self) -> None:
        self.makers: dict[int, dict[int, Row]] = {}
        """The instruction that makes each register of a function."""
        self.node_counts: dict[Value, int | None] = {}
        """The nodes of a container."""
        self.described: dict[tuple[Held, bool], ArgumentValue] = {}
        """What points-to sets that are shared are as arguments."""


def argument_values(
    s: State, reached: set[Activation], externals: tuple[ExternalCall, ...]
) -> tuple[Arguments, dict[tuple[str, int], ArgumentValue]]:
    """The arguments and the receiver of each call site with an external callee."""
    sites: dict[str, set[int]] = {}
    for external in externals:
        sites.setdefault(external.caller, set()).add(external.site)
    wanted = {name: sorted(places) for name, places in sites.items()}
    arguments: Arguments = {}
    receivers: dict[tuple[str, int], ArgumentValue] = {}
    for aid in sorted(reached):
        fid = s.a_function[aid]
        name, facts = s.names[fid], s.facts[fid]
        if fid in s.synthetic or name not in wanted:
            continue
        base, made = s.a_base[aid], makers(s, facts)
        for site in wanted[name]:
            row = tuple([describe(s, base + a.reg, made.get(a.reg)) for a in facts.sites[site].arguments])
            key = (name, site)
            arguments[key] = tuple(map(larger, arguments[key], row)) if key in arguments else row
            callee = s.callees.get(Site(aid, site))
            if callee is not None and any(s.kinds[value] == XMETHOD for value in s.holds(callee)):
                found = receiver(s, aid, facts, s.register(aid, callee))
                if found != NOTHING:
                    receivers[key] = found
    return arguments, receivers


def receiver(s: State, aid: Activation, facts: FunctionFacts, callee: int) -> ArgumentValue:
    """What the object of a method call was made from: Path("x.json").read_text() has "x.json"."""
    made_by = makers(s, facts)
    for _ in range(8):
        row = made_by.get(callee)
        if row is None or row[0] not in (op.ATTR, op.CALL, op.COPY):
            return NOTHING
        if row[0] == op.CALL:
            opens = any(
                s.kinds[v] == EXT and s.rows[v].dotted in NAMED_BY_PATH for v in s.holds(s.a_base[aid] + row[2])
            )
            if opens and row[3] and row[3][0] >= 0 and (len(row[3]) == 1 or "open" in facts.sites[row[5]].text):
                return describe(s, s.a_base[aid] + row[3][0], made_by.get(row[3][0]))
            return NOTHING
        callee = row[2]
        found = describe(s, s.a_base[aid] + callee, made_by.get(callee))
        if found != NOTHING:
            return found
    return NOTHING


def makers(s: State, facts: FunctionFacts) -> dict[int, Row]:
    """The instruction that makes each register of a function; made once for each function."""
    sizes = s.tables[Sizes]
    found = sizes.makers.get(id(facts))
    if found is None:
        found = sizes.makers[id(facts)] = {row[1]: row for row in facts.code if row[0] in MAKERS}
    return found


def larger(a: ArgumentValue, b: ArgumentValue) -> ArgumentValue:
    """Two contexts of one call site: equal, or what is known, or the larger."""
    if a == b or b.size is None:
        return a
    if a.size is None or b.size > a.size:
        return b
    return a


def describe(s: State, var: Var, row: Row | None) -> ArgumentValue:
    """One argument; `row` is the instruction that makes it, where it is one of `MAKERS`."""
    if row is not None and row[0] == op.PRIM and row[2] == "builtins.bytes" and len(row) > 3:
        return ArgumentValue("bytes", row[3], None, "literal")
    if row is not None and row[0] == op.STR and len(row[2]) > LONGEST_TEXT:
        return ArgumentValue("str", len(row[2].encode("utf-8", "replace")), None, "literal")
    held = s.pts[var]
    if not held or len(held) > 4:
        return NOTHING
    written = row is not None and row[0] in LITERALS
    if type(held) is set:
        return described(s, held, written)
    known = s.tables[Sizes].described
    found = known.get((held, written))
    if found is None:
        found = known[held, written] = described(s, held, written)
    return found


def described(s: State, held: Held, written: bool) -> ArgumentValue:
    """The argument that is one of some values; whether it is `written` where the call is."""
    rows = [s.rows[v] for v in held]
    source = "literal" if written else "constant"
    if all(r.kind == STR for r in rows):
        text = max((r.text for r in rows), key=lambda t: (len(t), t))
        return ArgumentValue(
            "str",
            len(text.encode("utf-8", "replace")),
            text if len(rows) == 1 and len(text) <= LONGEST_TEXT else None,
            source,
        )
    if all(r.kind == INT for r in rows):
        return ArgumentValue("int", max(r.number for r in rows), None, source)
    if any(holds_objects(s, v) for v in held):
        return ArgumentValue("objects", None, None, "unknown")
    if all(r.kind == BOX for r in rows):
        # a container that starts empty is filled
        sizes = [nodes(s, v, 0) if written or s.lengths.get(v) else None for v in held]
        known = [n for n in sizes if n is not None]
        return ArgumentValue("container", max(known) if len(known) == len(sizes) else None, None, source)
    return NOTHING


def holds_objects(s: State, value: Value) -> bool:
    """Whether a value is a container of objects of the source: what these lead to, nobody has counted."""
    return s.kinds[value] == BOX and any(s.kinds[v] == INST for v in s.holds(s.field(value, "*")))


def nodes(s: State, box: Value, depth: int) -> int | None:
    """The number of nodes of a literal container: leaves, containers, and keys of dicts; None if it is open."""
    sizes = s.tables[Sizes]
    length = s.lengths.get(box)
    if length is None or box in s.open_boxes or depth > 6:
        return None
    if box in sizes.node_counts:
        return sizes.node_counts[box]
    sizes.node_counts[box] = None  # a container within itself has no size
    sizes.node_counts[box] = counted(s, box, depth, length)
    return sizes.node_counts[box]


def counted(s: State, box: Value, depth: int, length: int) -> int | None:
    """The count behind `nodes`, made once for each container."""
    total = 1 + (length if s.rows[box].box_kind == "dict" else 0)
    elements = [v for v in s.holds(s.field(box, "*")) if s.kinds[v] == BOX]
    if not elements:
        return total + length
    inner = [nodes(s, v, depth + 1) for v in elements[:50]]
    if any(n is None for n in inner):
        return None
    return total + max(length - len(inner), 0) + sum(n for n in inner if n is not None)


def loop_bounds(s: State, reached: set[Activation]) -> dict[tuple[str, int], Bound]:
    """How often each loop of a reached function runs; the largest over its contexts."""
    out: dict[tuple[str, int], Bound] = {}
    for aid in sorted(reached):
        fid = s.a_function[aid]
        facts = s.facts[fid]
        if fid in s.synthetic:
            continue
        for index in range(len(facts.loops)):
            key = (s.names[fid], index)
            bound = loop_bound(s, aid, facts, index)
            old = out.get(key)
            if old is None or old.count is None or (bound.count is not None and bound.count > old.count):
                out[key] = bound if old is None or bound.count is not None else old
    return dict(sorted(out.items()))


def loop_names(s: State, reached: set[Activation]) -> dict[tuple[str, int], str]:
    """What loops are named for that iterate something which a framework names, where that is one thing; by ~ of a call
    site what it runs callbacks for each of."""
    out: dict[tuple[str, int], str] = {}
    named = {s.a_function[aid] for aid in reached} & {fid for fid, _ in s.iterated_as}
    for fid in sorted(named):
        facts = s.facts[fid]
        places = {row[2]: row[4] for row in facts.code if row[0] == op.ITER}
        for index, loop in enumerate(facts.loops):
            names = s.iterated_as.get((fid, places.get(loop.over, -1)), {})
            if len(names) == 1:
                out[s.names[fid], index] = next(iter(names))
    for fid, place in sorted(s.iterated_as):
        if place < 0 and fid in named:
            out[s.names[fid], place] = next(iter(s.iterated_as[fid, place]))
    return dict(sorted(out.items()))


def loop_bound(s: State, aid: Activation, facts: FunctionFacts, index: int) -> Bound:
    """One loop: a comment, range() of constants, or a container that was written out."""
    hint = hinted(s, s.a_function[aid], facts, index)
    if hint is not None:
        return Bound(hint, "hint")
    loop = facts.loops[index]
    base = s.a_base[aid]
    if loop.range_args is not None:
        return range_bound(s, base, facts, loop.range_args)
    if loop.over < 0:
        return UNKNOWN_BOUND
    held = s.holds(base + loop.over)
    counts = [length(s, v, 0) for v in held]
    if not counts or any(c is None for c in counts):
        return UNKNOWN_BOUND
    direct = any(r[0] in (op.LIST, op.TUPLE, op.SET, op.DICT, op.STR) and r[1] == loop.over for r in facts.code)
    return Bound(max(c for c in counts if c is not None), "literal" if direct else "constant")


def range_bound(s: State, base: Var, facts: FunctionFacts, registers: tuple[int, ...]) -> Bound:
    """range(a, b, c) of constants."""
    rows: list[list[int]] = []
    for reg in registers:
        held = s.holds(base + reg)
        if not held or any(s.kinds[v] != INT for v in held):
            return UNKNOWN_BOUND
        rows.append([s.rows[v].number for v in held])
    if not rows:
        return UNKNOWN_BOUND
    if len(rows) == 1:
        start, stop, step = 0, max(rows[0]), 1
    else:
        step = min((abs(v) for v in rows[2] if v), default=0) if len(rows) > 2 else 1
        if not step:
            return Bound(0, "constant")  # range() of step 0 raises
        down = len(rows) > 2 and min(rows[2]) < 0
        start, stop = (min(rows[1]), max(rows[0])) if down else (min(rows[0]), max(rows[1]))
    literal = all(any(r[0] == op.INT and r[1] == reg for r in facts.code) for reg in registers)
    return Bound(max(0, -(-(stop - start) // step)), "literal" if literal else "constant")


def length(s: State, value: Value, depth: int) -> int | None:
    """How many elements a value has."""
    if s.kinds[value] == STR:
        return len(s.rows[value].text)
    if s.kinds[value] != BOX or depth > 4:
        return None
    source = s.sized_by.get(value)
    if source is not None:
        counts = [length(s, v, depth + 1) for v in s.holds(source)]
        return None if not counts or any(c is None for c in counts) else max(c for c in counts if c is not None)
    if value in s.open_boxes:
        return None
    return s.lengths.get(value)


def hinted(s: State, fid: Function, facts: FunctionFacts, index: int) -> int | None:
    """A comment `# audit: bound=N` on the line of the loop, or on the line above it."""
    line, hints = facts.positions.loops[index], s.program.modules[s.modules[fid]].hints
    # they stand in the order of their lines
    for number, kind, value in islice(hints, bisect_left(hints, (line - 1,)), None):
        if number > line:
            break
        if kind == "bound":
            return value
    return None
