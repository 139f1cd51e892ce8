"""What the registers of one function say of its values: where one comes from, and which loop makes it anew.

It reads the instructions alone: variables have a register for each version, so two places that read the same origin
read the same value, and a value made outside of a loop is the same in all of its iterations. Whether an object is
changed in place is another question: see `effects`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts
from code_path_audit.program.model import Program

UNKNOWN = -2
"""The home of a value that may change anywhere."""

DEPTH = 12
"""How many instructions back a value is followed."""

MERGES = 3
"""How many places where branches meet are looked through."""

COPIES = (op.COPY, op.NARROW, op.TYPED)
"""The instructions that say the same value again."""

RESULTS = frozenset((
    op.STR, op.INT, op.PRIM, op.FUNC, op.CLASS, op.COPY, op.GLOBAL, op.FREE, op.ATTR, op.ITEM,
    op.CALL, op.BINARY, op.UNARY, op.COMPARE, op.ITER, op.ENTER, op.AWAIT, op.YIELD, op.YIELD_FROM,
    op.CATCH, op.LIST, op.TUPLE, op.SET, op.DICT, op.IMPORT, op.IMPORT_FROM, op.NARROW, op.TYPED,
    op.SLICE, op.MATCH_ATTR, op.JOINED,
))  # fmt: skip
"""The instructions whose first operand is the register that they fill."""


NOTED = frozenset((
    op.CALL, op.ENTER, op.ITER, op.ATTR, op.ITEM, op.GLOBAL, op.UNPACK, op.STORE_ATTR, op.DELETE_ATTR, op.STORE_ITEM,
    op.DEL_ITEM, op.CLASS, op.STORE_GLOBAL,
))  # fmt: skip
"""The instructions of which more is known than what they fill."""


class Values:
    """The values of one function. Built once, read by every analysis of it."""

    def __init__(self, facts: FunctionFacts) -> None:
        self.facts = facts
        self.made: dict[int, list[tuple]] = {}  # type: ignore[type-arg]
        self._origins: dict[tuple[int, int], int] = {}
        self.calls: dict[int, tuple] = {}  # type: ignore[type-arg]
        self.reads: dict[tuple[int, int], tuple] = {}  # type: ignore[type-arg]
        """The instruction that reads an attribute or an item, by its kind and its call site."""
        self.entered: dict[int, int] = {}
        self.iterated: dict[int, int] = {}
        """What each site iterates over."""
        self.attributes: set[str] = set()
        self.globals: set[str] = set()
        self.stored: set[str] = set()
        self.stored_globals: dict[str, list[int]] = {}
        self.changed: list[tuple[int, int]] = []
        self.bases: dict[int, list[tuple[int, ...]]] = {}
        """The bases of each class that is defined here."""
        for row in facts.code:
            kind = row[0]
            if kind in RESULTS:
                self.made.setdefault(row[1], []).append(row)
            if kind not in NOTED:
                continue
            if kind == op.CALL:
                self.calls[row[5]] = row
            elif kind == op.ENTER:
                self.entered.setdefault(row[-1], row[2])
            elif kind == op.ITER:
                self.iterated.setdefault(row[-1], row[2])
            elif kind == op.ATTR:
                self.attributes.add(row[3])
                self.reads.setdefault((kind, row[4]), row)
            elif kind == op.ITEM:
                self.reads.setdefault((kind, row[4]), row)
            elif kind == op.GLOBAL:
                self.globals.add(row[2])
            elif kind == op.UNPACK:
                for reg in row[2]:
                    self.made.setdefault(reg, []).append(row)
            elif kind in (op.STORE_ATTR, op.DELETE_ATTR):
                self.stored.add(row[2])
                self.changed.append((row[1], row[-1]))
            elif kind in (op.STORE_ITEM, op.DEL_ITEM):
                self.changed.append((row[1], row[-1]))
            elif kind == op.CLASS:
                self.bases.setdefault(row[2], []).append(row[3])
            elif kind == op.STORE_GLOBAL:
                self.stored_globals.setdefault(row[1], []).append(row[2])

    @cached_property
    def only_read(self) -> frozenset[str]:
        """The names of attributes that the function reads, and does not write."""
        return frozenset(self.attributes - self.stored)

    @cached_property
    def blocks(self) -> dict[int, list[int]]:
        """The blocks of the statements that each call site stands in."""
        found: dict[int, list[int]] = {}
        for row in self.facts.statements:
            for site in range(row.first, row.last):
                found.setdefault(site, []).append(row.block)
        return found

    def origin(self, reg: int, merges: int = MERGES) -> int:
        """The register that a value was made in: copies, and what a test or an annotation says of it, taken off, also
        where branches meet that all have the same value."""
        # asked again and again: of branches that meet, each asks for those before
        found = self._origins.get((reg, merges))
        if found is None:
            found = self._origins[reg, merges] = self._origin(reg, merges)
        return found

    def _origin(self, reg: int, merges: int) -> int:
        for _ in range(DEPTH):
            rows = self.made.get(reg, ())
            sources = {row[2] for row in rows if row[0] in COPIES} - {reg}
            if not sources or any(row[0] not in COPIES for row in rows):
                return reg
            if len(sources) > 1 and merges:
                sources = {self.origin(source, merges - 1) for source in sources} - {reg}
            if len(sources) != 1:
                return reg
            (source,) = sources
            if source < 0:
                return reg
            reg = source
        return reg

    def making(self, reg: int) -> tuple | None:  # type: ignore[type-arg]
        """The one instruction that makes a value; None for a parameter, and where several may."""
        rows = self.made.get(self.origin(reg), ())
        return rows[0] if len(rows) == 1 else None

    def is_param(self, reg: int) -> bool:
        """Whether a value is a parameter as it came in: nothing in the function makes it."""
        return self.origin(reg) not in self.made

    def home(self, reg: int, steady: frozenset[str], changed_globals: frozenset[str], depth: int = DEPTH) -> int:
        """The loop that makes a value anew in each iteration: -1 outside of all, `UNKNOWN` where it cannot be told.

        `steady` are attribute names that nothing but a constructor writes, `changed_globals` globals that are written.
        """
        if depth == 0:
            return UNKNOWN
        if self.is_param(reg):
            return -1
        row = self.making(reg)
        if row is None:
            return UNKNOWN
        kind = row[0]
        if kind in (op.STR, op.INT, op.PRIM, op.FUNC):
            return -1
        if kind == op.GLOBAL:
            return UNKNOWN if row[2] in changed_globals else -1
        if kind == op.ITER:
            driven = [index for index, loop in enumerate(self.facts.loops) if loop.over == row[2]]
            return driven[0] if len(driven) == 1 else UNKNOWN
        if kind == op.ATTR:
            return self.home(row[2], steady, changed_globals, depth - 1) if row[3] in steady else UNKNOWN
        if kind in (op.BINARY, op.SLICE):
            parts = (row[3], row[4]) if kind == op.BINARY else tuple(r for r in row[2:6] if r >= 0)
            return self.inner([self.home(part, steady, changed_globals, depth - 1) for part in parts])
        if kind == op.UNPACK:
            return self.home(row[1], steady, changed_globals, depth - 1)
        if kind in (op.CALL, op.ENTER, op.AWAIT):
            site = row[-1]
            return self.facts.sites[site].loop if site >= 0 else UNKNOWN
        return UNKNOWN

    def variable(self, reg: int) -> tuple[tuple | None, int]:  # type: ignore[type-arg]
        """The instruction that makes the variable of a loop, and -1; of one of several (`for name, size in ...`) the
        instruction that makes all of them, and the number of this one."""
        row = self.making(reg)
        if row is not None and row[0] == op.UNPACK and row[3] < 0 and self.origin(reg) in row[2]:
            return self.making(row[1]), row[2].index(self.origin(reg))
        return row, -1

    def loop_over(self, site: int, reg: int) -> int:
        """The innermost loop around a call site that goes through what a register holds; -1 for none."""
        loop = self.facts.sites[site].loop if site >= 0 else -1
        while loop >= 0 and self.origin(self.facts.loops[loop].over) != self.origin(reg):
            loop = self.facts.loops[loop].parent
        return loop

    def inner(self, homes: list[int]) -> int:
        """The innermost of loops that stand inside each other; `UNKNOWN` if any is, or if they do not."""
        found = -1
        for home in homes:
            if home == UNKNOWN:
                return UNKNOWN
            if self.inside(home, found):
                found = home
            elif not self.inside(found, home):
                return UNKNOWN
        return found

    def inside(self, loop: int, around: int) -> bool:
        """Whether a loop is, or stands in, another (-1: the function itself)."""
        while loop != around:
            if loop < 0:
                return False
            loop = self.facts.loops[loop].parent
        return True

    def receiver(self, site: int) -> int | None:
        """The register of the object whose method a call site calls; None where the callee is no attribute."""
        call = self.calls.get(site)
        if call is None:
            return None
        row = self.making(call[2])
        return row[2] if row is not None and row[0] == op.ATTR else None


class ValuesOf:
    """The values of the functions of a program, each built when it is first asked for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[tuple[str, int], Values] = {}
        self._of: dict[str, Values] = {}
        self._inside: dict[str, dict[str, list[int]]] = {}
        self._answers: dict[tuple[Callable[[ValuesOf, str], bool], str], bool] = {}

    def once(self, ask: Callable[[ValuesOf, str], bool], function: str) -> bool:
        """What is asked of a function, or a class, by many: asked once."""
        key = ask, function
        if key not in self._answers:
            self._answers[key] = ask(self, function)
        return self._answers[key]

    def inside(self, function: str) -> Sequence[int]:
        """A function, or a class, and what is defined in it at any depth, by their numbers in its module."""
        module = self.program.functions[function][0]
        if module not in self._inside:
            rows = self._inside[module] = {}
            for index, facts in enumerate(self.program.modules[module].functions):
                name = f"{module}.{facts.name}"
                while len(name) > len(module):
                    rows.setdefault(name, []).append(index)
                    name = name.rpartition(".")[0]
        return self._inside[module].get(function, ())

    def __call__(self, function: str) -> Values:
        found = self._of.get(function)
        if found is None:
            found = self._of[function] = self.at(*self.program.functions[function])
        return found

    def at(self, module: str, index: int) -> Values:
        """Those of a function of a module, 0 for the module's own body."""
        found = self.known.get((module, index))
        if found is None:
            found = self.known[module, index] = Values(self.program.modules[module].functions[index])
        return found
