"""Small programs at random, and how often their functions really run: what counting is compared with.

A program has collections `row0s`, `row1s`, ... of different numbers, flags `FLAG0`, ..., and functions `f0`, `f1`, ...
that call later ones (and themselves, as deep as their argument says), each other's loops around; besides, what programs
have: generators, properties, context managers, methods, closures, decorators, coroutines, a tree. `op` does nothing;
how often it runs is what a test asks.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from textwrap import indent
from types import FrameType
from typing import Any, NamedTuple

from hypothesis import strategies as st

from code_path_audit.profiles.runs.terms import LoopName
from tests.profiles.runs.program_parts import BESIDE, LEAF

COLLECTIONS, FLAGS, FUNCTIONS = 3, 3, 4
LARGEST = 4_000
"""Calls of a program that is of use: more are left out."""


class Program(NamedTuple):
    """`exact`: nothing in it is left to chance, so that it runs as often as counted, not at most. `literal` has the
    rounds of the loops whose bound is written out, by their variable: one that is not found has that name."""

    source: str
    lengths: tuple[int, ...]
    flags: tuple[bool, ...]
    exact: bool
    literal: dict[str, int]


class Ran(NamedTuple):
    """How often each function ran, and how many rounds each loop had."""

    calls: Counter[str]
    rounds: dict[LoopName, int]


class Writer:
    """A program in the making: `number` chooses one from the least to the most."""

    def __init__(self, number: Callable[[int, int], int], certain: bool) -> None:
        self.number, self.certain = number, certain
        self.exact = True
        self.variables = self.dicts = 0
        self.loops: list[str] = []
        self.literal: dict[str, int] = {}

    def pick(self, *options: str) -> str:
        return options[self.number(0, len(options) - 1)]

    def block(self, function: int, depth: int) -> str:
        return "".join(self.statement(function, depth) for _ in range(self.number(1, 3)))

    def argument(self) -> str:
        return self.loops[-1] if self.loops and self.number(0, 1) else str(self.number(0, 2))

    def call(self, function: int) -> str:
        targets = [f"f{number}" for number in range(function + 1, FUNCTIONS)]
        target = self.pick("op", "op", *targets)
        if target == "op" and self.number(0, 4) == 0 and not self.certain:
            self.exact = False
            target = self.pick("cached0", "cached1")
        return f"{target}({self.argument()})"

    def statement(self, function: int, depth: int) -> str:
        kinds = [
            "call",
            "call",
            "for",
            "comprehension",
            "if",
            "beside",
            "beside",
            "while",
            "closure",
            "fail",
            "mapped",
            "nested",
        ]
        if not self.certain:
            kinds += ["tree", "any", "lazy", "else", "leave", "match", "try", "and", "retry", "keyed", "kept", "search"]
            kinds += ["forever", "partly", "dispatch", "recursion"]
        kind = self.pick(*kinds) if depth else "call"
        return str(getattr(self, f"a_{kind.replace('else', 'choice').replace('and', 'operand')}")(function, depth))

    def a_call(self, function: int, depth: int) -> str:
        return self.call(function) + "\n"

    def header(self) -> str:
        self.variables += 1
        name = f"e{self.variables}"
        over = self.pick("range(2)", "[5, 6, 7]", *(f"row{number}s" for number in range(COLLECTIONS)))
        over = self.pick(over, f"sorted({over})", f"enumerate({over})") if over[0] == "r" and "(" not in over else over
        self.loops.append(name)
        self.literal |= {name: 2} if over == "range(2)" else {name: 3} if over[0] == "[" else {}
        return f"for {'_, ' * over.startswith('enum')}{name} in {over}"

    def a_for(self, function: int, depth: int) -> str:
        head = self.header()
        inside = self.block(function, depth - 1)
        self.loops.pop()
        return f"{head}:\n{indent(inside, '    ')}"

    def a_comprehension(self, function: int, depth: int) -> str:
        head = self.header()
        text = f"[{self.call(function)} {head}]\n"
        self.loops.pop()
        return text

    def a_nested(self, function: int, depth: int) -> str:
        heads = f"{self.header()} {self.header()}"
        text = f"{{({self.call(function)}, {self.loops[-1]}) {heads}}}\n"
        del self.loops[-2:]
        return text

    def a_beside(self, function: int, depth: int) -> str:
        call = self.call(function)
        return self.pick(
            f"for e in gen(1):\n    {call}\n", "Box().prop\n", "Box(1).method()\n", f"with Box() as box:\n    {call}\n",
            "decorated(1)\n", "also_decorated()\n", "asyncio.run(every(2))\n",
            "list(gen(2))\n", "CELL.value\n", "CELL.value = CELL.value\n", "CELL.value += 1\n",
            "flagged(1, True)\nflagged(1)\n", "flagged(1)\nflagged(1, deep=True)\n", "flagged(None)\nflagged(2, 1)\n",
            "by('a')\nby('c')\nhanded('d')\n", "for e in ('a', 'b', 'b', 'd'):\n    handed(e)\n",
            "for e, k in ((1, 'a'), (2, 'c')):\n    by(k, e)\n", "later = functools.partial(leaf)\nlater()\nlater()\n",
            f"with around():\n    {call}\n", "list(filter(op, row1s))\n", "sum(len(str(op())) for e in row1s)\n",
            f"for e in row1s:\n    op()\nelse:\n    {call}\n", f"try:\n    {call}\nfinally:\n    leaf()\n",
            f"for e, k in zip(row0s, row0s):\n    {call}\n", "for f in TABLE.values():\n    f(1)\n",
            f"for e, k in itertools.product(row0s, row1s):\n    {call}\n", "TABLE['a'](1)\nTABLE['b']()\n",
            "for e in ('a', 'b', 'a'):\n    TABLE[e](1)\n", "for box in [Box(1), Cell()]:\n    box.method(2)\n",
            "opened('wb')\nopened()\nopened('rb', 2)\n", "missing()\nmissing(3)\n",
            "tried(1)\ntried()\n", "chosen()\nchosen('b')\nchosen('a')\n", f"for e in Rows():\n    {call}\n",
            "len(Rows())\nRows() + 1\nRows()(1)\n",
            "handing(1, True)\nhanding(2, deep=False)\n", "early(1, dry=False)\nearly(2)\n", "early(*[1, False])\n",
        )  # fmt: skip

    def a_while(self, function: int, depth: int) -> str:
        self.variables += 1
        name = f"left{self.variables}"
        return f"{name} = 2\nwhile {name}:\n    {name} -= 1\n{indent(self.block(function, depth - 1), '    ')}"

    def a_closure(self, function: int, depth: int) -> str:
        self.variables += 1
        name = f"inner{self.variables}"
        around, self.loops = self.loops, []
        inside = self.block(function, depth - 1)
        self.loops = around
        return f"def {name}(n=0):\n{indent(inside, '    ')}{name}({self.argument()})\n"

    def a_mapped(self, function: int, depth: int) -> str:
        target = self.pick("op", *(f"f{number}" for number in range(function + 1, FUNCTIONS)))
        rows = f"row{self.number(0, COLLECTIONS - 1)}s"
        return self.pick(f"list(map({target}, {rows}))\n", f"sorted({rows}, key=lambda e: {target}(1) or e)\n")

    def a_tree(self, function: int, depth: int) -> str:
        self.exact = False
        return "walk(TREE)\n"

    def a_forever(self, function: int, depth: int) -> str:
        self.exact = False
        self.variables += 1
        name = f"left{self.variables}"
        inside = indent(self.block(function, depth - 1), "    ") + f"    if {name} < 1:\n        break\n"
        return f"{name} = 2\nwhile True:\n    {name} -= 1\n{inside}    {self.call(function)}\n"

    def a_partly(self, function: int, depth: int) -> str:
        self.exact = False
        call = self.call(function)
        return self.pick(
            "next(gen(1), None)\n", f"for e in gen(1):\n    {call}\n    break\n", "list(itertools.islice(gen(2), 1))\n",
            f"for e, k in zip(gen(1), row1s):\n    {call}\n", "find(row1s)\n", "find(row2s, 1)\n", "find([1, 2])\n",
            "ways(11)\nways(5)\n", "missing(state.z)\n",
            f"for i, e in enumerate(row1s):\n    if i == 1:\n        {call}\n    elif i == 0:\n        leaf()\n"
            "        op()\n    else:\n        op()\n",
            f"for e in row0s:\n    for i in range(2):\n        if i != 1:\n            continue\n        {call}\n",
            f"for both in itertools.chain(row0s, row1s):\n    {call}\n", "read()\n",
            f"for e in row1s[:2]:\n    {call}\n",
            "sum(doubled(gen(1)))\n", "list(doubled(row0s))\n", "attempted(1)\n",
            f"try:\n    given_up({self.number(0, 1)})\nexcept ZeroDivisionError:\n    pass\n",
            f"try:\n    risky({self.number(0, 1)})\n    {call}\nexcept ZeroDivisionError:\n    pass\n",
            f"caught({self.number(0, 1)})\n", "forced(1)\nforced(2)\n", "forced(deep=True)\n",
            "either('a')\neither(op)\n", "either(table_b)\n", "twice_of(op)\ntwice_of(table_b)\n",
            "for f in (op, table_b):\n    twice_of(f)\n", f"twice_of(lambda n: {call})\n",
            f"with contextlib.suppress(ZeroDivisionError):\n    risky({self.number(0, 1)})\n    {call}\n",
            f"for again in row0s * 2:\n    {call}\n", f"for pair in [k for n in row0s for k in row1s]:\n    {call}\n",
        )  # fmt: skip

    def a_dispatch(self, function: int, depth: int) -> str:
        self.exact = False
        kind = self.pick("'a'", "'b'", "'ab'[n % 2]", "'other'")
        return self.pick(
            f"Visitor().visit({kind})\n", f"for e in row1s:\n    Visitor().visit({kind}, e)\n",
            f"TABLE.get({kind}, op)(1)\n", f"for e in row1s:\n    (TABLE[{kind}] if {kind} in TABLE else op)(e)\n",
        )  # fmt: skip

    def a_recursion(self, function: int, depth: int) -> str:
        self.exact = False
        return self.pick(
            "nest(1)\n",
            "nest(2)\n",
            "ping(1)\n",
            "for e in row1s:\n    pong(2)\n",
            "deep(1)\n",
            "deep(2)\n",
            "wide(1)\n",
            "even(2)\n",
            "odd(3)\n",
            f"deep({self.argument()} % 2)\n",
        )

    def a_any(self, function: int, depth: int) -> str:
        self.exact = False
        head = self.header()
        text = self.pick(
            "any({0} {1})", "all({0} {1})", "next(({0} {1}), None)", "next((e for e in row0s if op(e)), None)"
        )
        text = text.format(self.call(function), head)
        self.loops.pop()
        return f"{text}\n"

    def a_lazy(self, function: int, depth: int) -> str:
        self.exact = False
        return self.pick(
            "BOX.lazy\n",
            "state.y = state.y or [leaf()]\n",
            "Box().lazy\n",
            "KEEPER()\n",
            "keeper()()\n",
            "Kept.all()\n",
            f"Kept.of({self.argument()})\n",
            "for e in row2s:\n    Kept.of(e)\n",
        )

    def flag(self) -> str:
        return f"FLAG{self.number(0, FLAGS - 1)}"

    def a_if(self, function: int, depth: int) -> str:
        return f"if {self.flag()}:\n{indent(self.block(function, depth - 1), '    ')}"

    def a_choice(self, function: int, depth: int) -> str:
        self.exact = False
        return f"{self.a_if(function, depth)}else:\n{indent(self.block(function, depth - 1), '    ')}"

    def a_leave(self, function: int, depth: int) -> str:
        self.exact = False
        how = self.pick("return", "continue", "break") if self.loops else "return"
        return f"if {self.flag()}:\n{indent(self.block(function, depth - 1), '    ')}    {how}\n"

    def a_match(self, function: int, depth: int) -> str:
        self.exact = False
        arms = [f"    case {name}:\n{indent(self.block(function, depth - 1), ' ' * 8)}" for name in ("True", "_")]
        return f"match {self.flag()}:\n{''.join(arms)}"

    def a_try(self, function: int, depth: int) -> str:
        return (
            f"try:\n{indent(self.block(function, depth - 1), '    ')}"
            f"except ZeroDivisionError:\n    {self.call(function)}\n"
        )

    def a_fail(self, function: int, depth: int) -> str:
        call = f"op({self.argument()})"  # reached otherwise, too: else what goes wrong counts
        return self.pick(
            f"if BAD:\n    {call}\n    raise ZeroDivisionError\nop()\n",
            f"try:\n    op()\nexcept ZeroDivisionError:\n    {call}\n    raise\n",
            f"try:\n    if BAD:\n        raise ZeroDivisionError({call})\nfinally:\n    op()\n",
        )

    def a_operand(self, function: int, depth: int) -> str:
        self.exact = False
        text = self.pick("{0} and {1}", "{1} if {0} else {2}", "({1}, 0)[0] or {2}")
        return text.format(self.flag(), self.call(function), self.call(function)) + "\n"

    def a_retry(self, function: int, depth: int) -> str:
        self.exact = False
        return (
            f"for _ in range(3):\n    try:\n        {self.call(function)}\n        break\n"
            "    except ZeroDivisionError:\n        continue\n"
        )

    def a_search(self, function: int, depth: int) -> str:
        self.exact = False
        head = self.header()
        name = self.loops.pop()
        test = f"found is not {name} and {self.flag()}"
        return f"{head}:\n    found = {self.call(function)}\n    if {test}:\n        break\n"

    def a_keyed(self, function: int, depth: int) -> str:
        self.exact = False
        self.dicts += 1
        key, held = f"key{self.dicts}", f"held{self.dicts}"
        asked = f"{key} = {self.argument()}\nif {key} not in {held}:\n"
        return f"{asked}    {held}[{key}] = {self.call(function)}\n"

    def a_kept(self, function: int, depth: int) -> str:
        self.exact = False
        self.dicts += 1
        return f"if state.x{self.dicts} is None:\n    state.x{self.dicts} = [{self.call(function)}]\n"


@st.composite
def programs(draw: Callable[[st.SearchStrategy[int]], int], certain: bool = False) -> Program:
    """A program whose choices are Hypothesis's."""
    return written(lambda least, most: draw(st.integers(least, most)), certain)


def written(number: Callable[[int, int], int], certain: bool) -> Program:
    """A program; a `certain` one has no alternatives, no recursion and no cache, and all of its conditions hold."""
    writer = Writer(number, certain)
    bodies = []
    for place in range(FUNCTIONS):
        text = writer.block(place, 3 if place == 0 else 2)
        if not certain and number(0, 3) == 0:
            writer.exact = False
            text += f"if n > 0:\n    f{place}(n - 1)\n"
        bodies.append(f"def f{place}(n=1):\n{indent(text, '    ')}")
    cached = "".join(f"@functools.cache\ndef cached{n}(arg{n}):\n    {'op()' if n else 'leaf()'}\n" for n in range(2))
    held = "".join(f"held{place} = {{}}\n" for place in range(1, writer.dicts + 1))
    lengths = tuple(number(1, 3) for _ in range(COLLECTIONS))
    flags = (True,) * FLAGS if certain else tuple(number(0, 1) == 1 for _ in range(FLAGS))
    source = f"import asyncio, contextlib, functools, itertools\n{held}{''.join(bodies)}{cached}{LEAF}{BESIDE}"
    source += "def op(n=0): pass\nBOX = Box()\ndef main():\n    f0()\n"
    return Program(source, lengths, flags, writer.exact, writer.literal)


class TooMuch(Exception):
    """The program runs for too long."""


class State:
    """Attributes that are None until somebody sets them."""

    def __getattr__(self, name: str) -> None:
        return None


def run(program: Program) -> Ran | None:
    """What really happens; None for a program that takes too long."""
    calls: Counter[str] = Counter()
    given: dict[str, set[int]] = {}
    active: Counter[str] = Counter()
    entered: Counter[str] = Counter()
    deepest: Counter[str] = Counter()

    def watch(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_name
        if frame.f_code.co_filename != "<program>" or name.startswith("<"):
            return
        if event == "call":
            calls[name] += 1
            if calls.total() > LARGEST:
                raise TooMuch
            entered[name] = 1 + entered[name] * (active[name] > 0)
            active[name] += 1
            deepest[name] = max(deepest[name], entered[name])
            for local, value in frame.f_locals.items():
                if isinstance(value, int):
                    given.setdefault(local, set()).add(value)
        elif event == "return":
            active[name] -= 1

    names: dict[str, Any] = {
        **{f"row{number}s": list(range(10, 10 + length)) for number, length in enumerate(program.lengths)},
        **{f"FLAG{number}": flag for number, flag in enumerate(program.flags)},
        "state": State(),
        "BAD": False,
    }
    code = compile(program.source, "<program>", "exec")
    exec(code, names)
    sys.setprofile(watch)
    try:
        names["main"]()
    except TooMuch:
        return None
    finally:
        sys.setprofile(None)
    rounds = {LoopName("loop", f"row{number}"): length for number, length in enumerate(program.lengths)}
    rounds |= {LoopName("first", f"row{number}"): length for number, length in enumerate(program.lengths)}
    rounds |= {LoopName("first", str(number)): number for number in range(1, 4)}
    rounds |= {LoopName("cycle", f"m.f{number}"): deepest[f"f{number}"] for number in range(FUNCTIONS)}
    found = {**program.literal, "e": program.lengths[0], "round": 2, "child": 2}
    rounds |= {LoopName(kind, name): count for name, count in found.items() for kind in ("loop", "first")}
    first, second, _ = program.lengths
    found = {
        "product": first * second,
        "row": max(program.lengths),
        "both": first + second,
    }  # the last one is empty
    found |= {"pair": first * second, "again": 2 * first, "Row": second}
    rounds |= {LoopName(kind, name): count for name, count in found.items() for kind in ("loop", "first")}
    rounds |= {LoopName("cycle", f"m.{name}"): calls[name] for name in ("deep", "wide", "even", "odd", "ping", "pong")}
    rounds[LoopName("cycle", "m.nest.again")] = calls["again"]
    rounds |= {LoopName("cycle", "m.walk"): 5, LoopName("distinct", "box"): 1 + calls["__init__"]}
    rounds[LoopName("distinct", "number")] = max(len(given.get("number", ())), 1)
    for name, value in names.items():
        if name.startswith("held"):
            rounds[LoopName("distinct", name.replace("held", "key"))] = max(len(value), 1)
    for name in ("arg0", "arg1"):
        rounds[LoopName("distinct", name)] = max(len(given.get(name, ())), 1)
    return Ran(calls, rounds)
