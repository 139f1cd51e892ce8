"""Small programs at random, and how often their functions really run: what counting is compared with.

A program has collections `row0s`, `row1s`, ... of different numbers, flags `FLAG0`, ..., and functions `f0`, `f1`, ...
that call later ones (and themselves, as deep as their argument says), each other's loops around. `op` does nothing; how
often it runs is what a test asks.
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

COLLECTIONS, FLAGS, FUNCTIONS = 3, 3, 4
LEAF = "def leaf():\n    op()\n    for e in row0s:\n        op()\n"
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
    """A program in the making: the choices are Hypothesis's."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], certain: bool) -> None:
        self.draw, self.certain = draw, certain
        self.exact = True
        self.variables = self.dicts = 0
        self.loops: list[str] = []
        self.literal: dict[str, int] = {}

    def pick(self, *options: str) -> str:
        found: str = self.draw(st.sampled_from(options))
        return found

    def number(self, least: int, most: int) -> int:
        found: int = self.draw(st.integers(least, most))
        return found

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
        kinds = ["call", "call", "for", "comprehension", "if"]
        if not self.certain:
            kinds += ["else", "leave", "match", "try", "and", "retry", "keyed", "kept", "search"]
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
def programs(draw: Callable[[st.SearchStrategy[Any]], Any], certain: bool = False) -> Program:
    """A program; a `certain` one has no alternatives, no recursion and no cache, and all of its conditions hold."""
    writer = Writer(draw, certain)
    bodies = []
    for number in range(FUNCTIONS):
        text = writer.block(number, 3 if number == 0 else 2)
        if not certain and writer.number(0, 3) == 0:
            writer.exact = False
            text += f"if n > 0:\n    f{number}(n - 1)\n"
        bodies.append(f"def f{number}(n=1):\n{indent(text, '    ')}")
    cached = "".join(f"@functools.cache\ndef cached{n}(arg{n}):\n    {'op()' if n else 'leaf()'}\n" for n in range(2))
    held = "".join(f"held{number} = {{}}\n" for number in range(1, writer.dicts + 1))
    lengths = tuple(draw(st.integers(1, 3)) for _ in range(COLLECTIONS))
    flags = (True,) * FLAGS if certain else tuple(draw(st.booleans()) for _ in range(FLAGS))
    source = f"import functools\n{held}{''.join(bodies)}{cached}{LEAF}def op(n=0): pass\ndef main():\n    f0()\n"
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
    rounds |= {LoopName(kind, name): count for name, count in program.literal.items() for kind in ("loop", "first")}
    for name, value in names.items():
        if name.startswith("held"):
            rounds[LoopName("distinct", name.replace("held", "key"))] = max(len(value), 1)
    for name in ("arg0", "arg1"):
        rounds[LoopName("distinct", name)] = max(len(given.get(name, ())), 1)
    return Ran(calls, rounds)
