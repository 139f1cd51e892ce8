"""Statements that an edit added to a function, or took away, and that stand alone: nothing else can tell.

They work on constants, builtins, and what holds plain values alone (`SolvedGraph.plain`), and what they make is read by
nothing but themselves. So the graph is what it was,
but for the numbers of call sites behind them, and what follows from the graph is, too, if what they call weighs
nothing. What they call is found as always: by solving a program of these statements alone. A text that is shown to
people is of that kind, too, although the statement around it is not: of an exception, a `print`, a log.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Container, Iterable, Mapping
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from code_path_audit.callgraph.alignment import (
    Alignment,
    align,
    filled_by,
    registers_of,
    with_pairs,
    without_neighbours,
)
from code_path_audit.callgraph.functions.contexts import SMALL
from code_path_audit.callgraph.known_before import NOTHING_KNOWN, Known, Plain, read_again, with_plain
from code_path_audit.callgraph.language.attributes import stores
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.instruction_fields import renumbered
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import CallSite, Positions, Reset
from code_path_audit.program.link import link
from code_path_audit.program.model import Program
from code_path_audit.program.names import is_dotted
from code_path_audit.program.stubs.queries import Stubs

ALONE = frozenset((
    op.STR, op.INT, op.PRIM, op.COPY, op.GLOBAL, op.ATTR, op.ITEM, op.CALL, op.BINARY, op.UNARY, op.COMPARE, op.FORMAT,
    op.TRUTH, op.LIST, op.TUPLE, op.SET, op.DICT, op.SLICE, op.JOINED,
))  # fmt: skip
"""Instructions that give a register something, or nothing, and read registers: no more is known to be harmless."""

RUNS_CODE = frozenset(("__import__", "breakpoint", "compile", "eval", "exec", "globals", "locals", "super", "vars"))
"""Builtins that see more than what they are given."""

TEXTS = (op.STR, op.PRIM)
"""Instructions that make a constant text, or one that begins with it."""

SAYS = frozenset(
    ("print", *(name for name, found in vars(builtins).items()
                if isinstance(found, type) and issubclass(found, BaseException)))
)  # fmt: skip
"""Builtins that do the same whatever text they are given."""

LOGS = re.compile(r"logging\.(Logger\.|LoggerAdapter\.)?(debug|info|warning|error|exception|critical|fatal)")
"""What does the same whatever text it is given, but for the fields in it: these say how arguments are shown."""

FIELD = re.compile(r"%\(?[^a-zA-Z%]*[a-zA-Z%]|\{[^}]*\}")
"""A field of a format, of either kind."""

NEW = -2
"""In the place of a register or a call site that was not there before; -1 stands for none."""

NAME = "alone"
"""Of the function that has the statements alone."""


class Shift(NamedTuple):
    """How a function is another one: the call sites of now by those of before, the instructions that were added and
    taken away, what outside of the source is told another text, and the globals of the module that are objects from
    outside, each with its class."""

    places: dict[int, int]
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    told: frozenset[str]
    objects: dict[str, str]


def shifts(
    old: ModuleFacts, new: ModuleFacts, read: Iterable[int], known: Known = NOTHING_KNOWN
) -> dict[int, Shift] | None:
    """Of those functions of a module that were `read`, by their index, how each that is another one is that; None where
    one is so in any other way than by statements that read nothing of the rest, and make nothing that it reads.
    ValueError where facts are damaged."""
    if old.hints or new.hints or old.outline != new.outline:
        return None
    found: dict[int, Shift] = {}
    cells: dict[int, Mapping[int, int]] = {}
    indices = sorted(set(read))
    objects: dict[str, str] | None = None
    for index in indices:
        if not 0 <= index < len(new.functions):
            return None
        if old.digest_of(index) == new.digest_of(index):
            continue
        was, now = old.functions[index], new.functions[index]
        if was.body[:-1] == now.body[:-1]:
            continue
        aligned = align(was, now, cells)
        said = reworded(old, new, index, aligned, known)
        aligned = with_pairs(was, now, aligned, {one: other for one, other, _ in said})
        if objects is None:
            objects = _objects(old, indices, known)
        named, named_before = _named(new, index, objects), _named(old, index, objects)
        plain_before = known.plain(index)
        plain = {now: plain_before[then] for now, then in aligned.registers.items() if then in plain_before}
        again = read_again(
            now.code, aligned.same, aligned.added, plain, partial(_is_idle, known, index, aligned.places)
        )
        again_before = read_again(
            was.code, aligned.same.values(), aligned.removed, plain_before, partial(known.is_idle, index)
        )
        shared = {*range(len(now.params)), *named, *(row[2] for row in again)}
        back = {before: number for number, before in aligned.registers.items()}
        shared.update(back[row[2]] for row in again_before if row[2] in back)
        aligned = without_neighbours(was, now, aligned, ALONE, shared, plain)
        cells[index] = aligned.registers
        texts = {now.code[one][1] for one, _, _ in said}
        if not (_is_the_rest_alike(was, now, aligned, texts) and _as_many_contexts(was, now)):
            return None
        places = {before: place for place, before in aligned.places.items()}
        added = tuple([now.code[place] for place in aligned.added])
        removed = tuple([was.code[place] for place in aligned.removed])
        before = set(aligned.registers.values())
        if not (
            _stand_alone(now, added, aligned.registers.keys() - named.keys(), aligned.places, plain, again)
            and _stand_alone(was, removed, before - named_before.keys(), places, plain_before, again_before)
        ):
            return None
        added = with_plain(_with_names(added, named), plain, again)
        removed = with_plain(_with_names(removed, named_before), plain_before, again_before)
        found[index] = Shift(places, added, removed, frozenset().union(*(names for _, _, names in said)), objects)
    return found


def reworded(
    old: ModuleFacts, new: ModuleFacts, index: int, aligned: Alignment, known: Known
) -> list[tuple[int, int, frozenset[str]]]:
    """The constants of a function that are other ones now and are for people: the instruction of now, that of before,
    and what is given it, all of which only shows it (`SAYS`, `LOGS`) or keeps it in an exception."""
    was, now = old.functions[index], new.functions[index]
    before = {was.code[place][1]: place for place in aligned.removed if was.code[place][0] in TEXTS}
    found = []
    for place in aligned.added:
        row = now.code[place]
        there = before.get(aligned.registers.get(row[1], NEW)) if row[0] in TEXTS else None
        if there is None or not _is_text(row) or not _is_text(was.code[there]) or was.code[there][0] != row[0]:
            continue
        words = [_word(row), _word(was.code[there])]
        given, given_before = _given(new, index, place), _given(old, index, there)
        if not given or any(map(may_name, words)) or [aligned.places.get(one) for one in given] != given_before:
            continue
        names = [_said_by(old, index, one, known, _fields(words[0]) == _fields(words[1]))
                 for one in given_before]  # fmt: skip
        if all(names):
            found.append((place, there, frozenset().union(*names)))
    return found


def _fields(text: str) -> tuple[list[str], bool, bool]:
    """All that a format says of how arguments are shown."""
    return FIELD.findall(text), "%" in text, "{" in text


def _is_text(row: Row) -> bool:
    return bool(row[0] == op.STR or row[2] == "builtins.str")


def _word(row: Row) -> str:
    """What is known of a text."""
    return str(row[2]) if row[0] == op.STR else str(row[3]) if len(row) > 3 else ""


def _given(facts: ModuleFacts, index: int, place: int) -> list[int]:
    """The call sites that are given what an instruction makes; none where anything else has it."""
    function = facts.functions[index]
    number = function.code[place][1]
    if number < len(function.params) or any(inner.parent == index for inner in facts.functions):
        return []  # it may be a variable of those
    found = []
    for other, row in enumerate(function.code):
        if other != place and number in registers_of(row):
            if row[0] != op.CALL or number in row[1:3]:
                return []
            found.append(row[5])
    return found


def _said_by(facts: ModuleFacts, index: int, site: int, known: Known, same_fields: bool) -> frozenset[str]:
    """What shows the text that a call site is given; none where that is not all that runs there."""
    function = facts.functions[index]
    callee = next(row[2] for row in function.code if row[0] == op.CALL and row[5] == site)
    builtin = _named(facts, index, {}).get(callee)
    if builtin is not None:
        return frozenset((f"builtins.{builtin[2]}",) if builtin[2] in SAYS else ())
    names = known.runs(index, site)
    return names if same_fields and all(map(LOGS.fullmatch, names)) else frozenset()


def _named(facts: ModuleFacts, index: int, objects: Container[str]) -> dict[int, Row]:
    """The registers of a function that have a builtin, or one of some global objects, each with the instruction that
    says so."""
    function, bound = facts.functions[index], set(facts.header.bound)
    if facts.header.stars:
        return {}
    names = _globals(function)
    rows = [row for row in function.code if row[0] == op.GLOBAL and (row[2] not in bound or row[2] in objects)]
    return {row[1]: row for row in rows if names[row[1]] == row[2]}


def _objects(facts: ModuleFacts, read: Iterable[int], known: Known) -> dict[str, str]:
    """The globals of a module that are objects of one class from outside, as far as all calls of their methods in
    functions that were read tell, and at least one does: a logger, mostly."""
    found: dict[str, set[str]] = {}
    bound = set(facts.header.bound)
    for index in read:
        code = facts.functions[index].code if 0 <= index < len(facts.functions) else ()
        names = {row[1]: row[2] for row in code if row[0] == op.GLOBAL and row[2] in bound}
        methods = {row[1]: (names[row[2]], row[3]) for row in code if row[0] == op.ATTR and row[2] in names}
        for row in code:
            if row[0] == op.CALL and row[2] in methods:
                name, method = methods[row[2]]
                called = known.runs(index, row[5])
                found.setdefault(name, set()).update(one.removesuffix(f".{method}") for one in called or ("",))
    return {
        name: cls
        for name, classes in found.items()
        for cls in classes
        if len(classes) == 1 and "." in cls and cls.rpartition(".")[2][:1].isupper()
    }


def _with_names(rows: tuple[Row, ...], named: Mapping[int, Row]) -> tuple[Row, ...]:
    """Instructions, with those that give them the builtins which others use, too."""
    used = {number for row in rows for number in registers_of(row)}
    return (*rows, *(row for number, row in named.items() if row not in rows and number in used))


def _globals(function: FunctionFacts) -> dict[int, str]:
    """The registers that have the value of a global name, each with that, "" where it may have another."""
    names: dict[int, str] = {}
    for row in function.code:
        for number in registers_of(row):
            if row[0] == op.GLOBAL and number not in names:
                names[number] = row[2]
            elif row[0] in (op.GLOBAL, op.UNPACK) or (row[1] == number and row[0] not in (op.RAISE, op.RETURN)):
                names[number] = ""
    return names


def _is_the_rest_alike(old: FunctionFacts, new: FunctionFacts, aligned: Alignment, texts: Container[int]) -> bool:
    """Whether a body has all else as it had, in the same loops and arms, in the same order; what registers in `texts`
    hold is another text."""
    if new.kind not in ("function", "lambda") or not _same_frame(old, new):
        return False
    registers, places = aligned.registers, aligned.places

    def before(number: int) -> int:
        return number if number < 0 else registers.get(number, NEW)

    loops = tuple([
        loop._replace(
            over=before(loop.over),
            range_args=None if loop.range_args is None else tuple([before(one) for one in loop.range_args]),
        )
        for loop in new.loops
    ])  # fmt: skip
    arms = tuple([arm._replace(key=before(arm.key), holder=before(arm.holder)) for arm in new.arms])
    mutations = tuple([
        row._replace(reg=before(row.reg), site=row.site if row.site < 0 else places.get(row.site, NEW))
        for row in new.mutations
    ])  # fmt: skip
    if (loops, arms, mutations) != (old.loops, old.arms, old.mutations) or _resets(old, places.values()) != _resets(
        new, places
    ):
        return False
    order = sorted(places)
    if any(places[one] > places[other] for one, other in pairwise(order)):
        return False
    for place in order:
        site, there = new.sites[place], old.sites[places[place]]
        arguments = tuple([
            one._replace(reg=before(one.reg), text=other.text if one.reg in texts else one.text)
            for one, other in zip(site.arguments, there.arguments, strict=False)
        ])  # fmt: skip
        if len(site.arguments) != len(there.arguments) or site._replace(arguments=arguments) != there:
            return False
    return True


def _resets(facts: FunctionFacts, places: Collection[int]) -> list[Reset]:
    """The resets of a function, by the number of those call sites before each that are some of these."""
    return [row._replace(site=sum(place < row.site for place in places)) for row in facts.resets]


def _same_frame(old: FunctionFacts, new: FunctionFacts) -> bool:
    """Whether all is the same that the solver asks of a whole function."""
    return (
        (old.params, old.returns, old.is_generator, old.key_params, old.globals_written)
        == (new.params, new.returns, new.is_generator, new.key_params, new.globals_written)
        and op.only_raises(old.code) == op.only_raises(new.code)
        and stores(old) == stores(new)
    )


def _as_many_contexts(old: FunctionFacts, new: FunctionFacts) -> bool:
    """Whether a function is told apart in as many contexts as before: a short one in more of them, if its parameters,
    or what it is asked by name, make any (`functions.invocation`)."""
    has_none = not new.key_params and not new.name.rpartition(".")[2].startswith("__")
    return has_none or (len(old.code) <= SMALL) == (len(new.code) <= SMALL)


def _is_idle(known: Known, index: int, places: Mapping[int, int], place: int) -> bool:
    """Whether nothing runs at a call site of now that was there before."""
    return place in places and known.is_idle(index, places[place])


def _stand_alone(
    facts: FunctionFacts,
    rows: Iterable[Row],
    registers: Container[int],
    places: Collection[int],
    plain: Plain,
    again: Container[Row],
) -> bool:
    """Whether some instructions of a function work on other registers and call sites than these, and on all others; of
    these registers they may read those with plain values, and some read attributes `again`."""
    used: set[int] = set()

    def register(number: int) -> int:
        if number in registers and number not in plain:
            raise _Shared
        return number

    def place(number: int) -> int:
        if number in places:
            raise _Shared
        used.add(number)
        return number

    def cell(owner: int, number: int) -> int:
        raise _Shared

    try:
        for row in rows:
            if row[0] not in ALONE or (row[0] == op.STR and may_name(row[2])) or filled_by(row) in registers:
                return False
            if row in again:
                used.add(row[4])
                continue
            if row[0] == op.GLOBAL and row[2] in RUNS_CODE:
                return False
            renumbered(row, register, place, cell)
    except _Shared:
        return False
    return len(used) + len(places) == len(facts.sites)


class _Shared(Exception):
    """An instruction works on what is not its own."""


def may_name(text: str) -> bool:
    """Whether a text can be the name of something that a program has: whoever imports by texts may look for it."""
    return text.endswith(".py") or ("." in text and is_dotted(text.replace(":", ".")))


def alone(
    facts: ModuleFacts, index: int, rows: tuple[Row, ...], objects: Mapping[str, str], stubs: Stubs
) -> Program | None:
    """A program of some instructions of a function of a module, in a function `NAME` of a module of that name; None
    where they read a name that the module binds, or may bind.

    Beside it stands a class with a property for each attribute that they read, so that a read of one is told where
    nothing is known of the object: some class of the program may have such a property.
    """
    bound = set(facts.header.bound).difference(objects)
    if facts.header.stars or any(row[0] == op.GLOBAL and row[2] in bound for row in rows):
        return None
    rows = tuple([
        (op.PRIM, row[1], objects[row[2]]) if row[0] == op.GLOBAL and row[2] in objects else row for row in rows
    ])  # fmt: skip
    around = facts.functions[index]
    sites = tuple([site._replace(loop=-1, arm=-1) for site in around.sites])
    positions = Positions(around.positions.sites, (), (), ())
    function = _function(NAME, "function", 0, around.registers, rows, sites, positions)
    beside = extract_module(_with_properties({row[3] for row in rows if row[0] == op.ATTR}), facts.module, at_once=True)
    header = beside.header._replace(names=(*beside.header.names, NAME))
    functions = (*beside.functions, function)
    module = ModuleFacts(facts.module, facts.is_package, functions, None, (), header=header)
    return link([(module, facts.module)], stubs=stubs)


def _with_properties(names: Iterable[str]) -> bytes:
    """A class with some properties."""
    rows = [f"    @property\n    def {name}(self): pass\n" for name in sorted(names)]
    return "".join([f"class {NAME}_beside:\n", *rows]).encode() if rows else b""


def _function(
    name: str,
    kind: str,
    parent: int,
    registers: int,
    code: tuple[Row, ...],
    sites: tuple[CallSite, ...],
    positions: Positions,
) -> FunctionFacts:
    return FunctionFacts(
        name, kind, parent, False, False, (), None, registers, code, (), sites, (), (), (), (), (), (), 1, 1, positions
    )


def is_quiet(graph: SolvedGraph) -> bool:
    """Whether nothing of the source runs in a graph of such statements, and nothing in it is unknown."""
    return len(graph.functions) == 1 and not (graph.edges or graph.guesses or graph.unresolved or graph.widened)
