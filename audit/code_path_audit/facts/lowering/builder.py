"""The state while one function's facts are made: registers, versions of variables, loops, call sites.

Variables are renamed as in static single assignment, in one pass: `current` maps a name to the register of its version
at this point; branches work on copies that are merged; inside a loop a name from before it gets a register of its own
the first time it is read (a lazy phi), into which the end of the body flows back. Names that nothing has bound so far
are left pending and settled when the whole function, and the functions around it, are known.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.constants import leads_in
from code_path_audit.facts.lowering.store_forwarding import forward
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import (
    ANYTHING,
    CAPTURED,
    EVERY,
    SOMETIMES,
    Argument,
    Arm,
    Asked,
    Body,
    CallSite,
    Loop,
    Mutation,
    Param,
    Positions,
    Reset,
    Statement,
    Told,
    Type,
    Want,
)

ALL = range(sys.maxsize)
"""The number of each function in its module, where all of them are read in order."""
DEEPEST_ARM = 500
"""Arms in one another: what follows 500 guards that leave, or stands in as many `elif`, is not told apart further."""


class LoopFrame:
    """A loop that is being read: what held before it, its lazy phis, and the states at each break and continue."""

    __slots__ = ("before", "breaks", "continues", "phis")

    def __init__(self, before: dict[str, int]) -> None:
        self.before = before
        self.phis: dict[str, int] = {}
        self.breaks: list[dict[str, int]] = []
        self.continues: list[dict[str, int]] = []


class Readers(NamedTuple):
    """What reads each kind of node, by its class: an expression gives the register of its value; and on which condition
    the rest of a block runs behind a statement that may leave it."""

    expressions: Mapping[type, Callable[[Builder, Any], int]]
    statements: Mapping[type, Callable[[Builder, Any], None]]
    behind: Callable[[ast.stmt, Sequence[ast.stmt]], int]


class Builder:
    """One function in the making: what it is, and from `start` on what has been read of it; `finish` gives that."""

    def __init__(
        self,
        index: int,
        name: str,
        kind: str,
        parent: Builder | None,
        module: str,
        all_: list[Builder],
        readers: Readers,
    ) -> None:
        self.readers = readers
        self.all = all_
        all_.append(self)
        self.index, self.name, self.kind, self.parent, self.module = index, name, kind, parent, module
        self.line = self.end_line = self.def_line = 1
        self.is_async = False
        self.lambdas = 0
        self.numbers: Sequence[int] = ALL if parent is None else parent.numbers

    def start(self) -> None:
        """Get ready to read the body: most functions never are."""
        self.is_generator = self.is_package = self.dead = False
        self.is_open = True
        self.shift = self.registers = 0
        self.params: tuple[Param, ...] = ()
        self.returns: Type | None = None
        self.code: list[Row] = []
        self.sites: list[CallSite] = []
        self.site_positions: list[tuple[int, int, int, int]] = []
        self.loops: list[Loop] = []
        self.arms: list[Arm] = []
        self.arm_depths: dict[int, int] = {}
        self.maybes: dict[tuple[int, int], int] = {}
        self.asked: dict[str, tuple[str, ast.expr | None]] = {}
        # what variables ask for, or are an attribute of, by their registers; which were asked for so: by their names,
        # the number of arms before, and what they stand for
        self.tests: dict[int, Asked] = {}
        self.aliases: dict[int, tuple[int, str]] = {}
        self.through: list[tuple[str, int, int]] = []
        # the constants that parameters are bound to besides, by their registers
        self.constants: dict[int, int | str] = {}
        # what variables say of others, by their registers
        self.told: dict[int, Told] = {}
        # of loops the variable that is another in each round: its register, and the attribute of it that is meant
        self.distinct: dict[int, tuple[int, str]] = {}
        self.composed: dict[str, ast.Tuple] = {}
        self.questions: dict[str, ast.Compare] = {}
        self.following: tuple[list[ast.stmt], int] = ([], 0)
        self.looked_at = 0
        self.lowered: dict[ast.AST, list[ast.expr]] = {}
        self.last_with: dict[tuple[int, Callable[[ast.stmt], bool]], tuple[ast.stmt | None, int, int]] = {}
        self.assigning: ast.Assign | None = None
        self.loop_lines: list[int] = []
        self.statements: list[Statement] = []
        self.statement_lines: list[int] = []
        self.mutations: list[Mutation] = []
        self.mutation_lines: list[int] = []
        self.resets: list[Reset] = []
        self.tries: list[int] = []
        self.drawn: ast.AST | None = None
        self.current: dict[str, int] = {}
        self.frames: list[LoopFrame] = []
        self.versions: dict[str, list[int]] = {}
        self.scoped: frozenset[str] = frozenset()
        self.inner_versions: dict[str, list[int]] = {}
        self.type_names: set[str] = set()
        self.nested: list[tuple[Builder, ast.AST]] = []
        self.pending: dict[str, int] = {}
        self.cells: dict[str, int] = {}
        self.global_names: set[str] = set()
        self.nonlocal_names: set[str] = set()
        self.globals_written: set[str] = set()
        self.kept_in: dict[int, str] = {}
        self.origin: dict[int, int] = {}
        self.entered: dict[int, int] = {}
        self.assignments: list[tuple[str, int]] = []
        self.loop = self.arm = -1
        self.choices = self.exits = self.jumps = self.optional = 0
        self.typing_only = self.conditional = self.block = self.calls = self.end = 0
        self.joins: list[int] = []
        self.fills = False
        self.blocks = 1
        self.reads: list[str] = []
        self.writes: list[str] = []
        self.called: set[int] = set()
        self.passed: dict[int, tuple[int, ...]] = {}
        self.returned: set[int] = set()
        self.param_registers: list[int] = []
        self.kept_defaults: frozenset[str] = frozenset()
        self.site_memo: dict[tuple[str, str, int, int, bool], CallSite] = {}

    # registers and sites

    def register(self) -> int:
        """A new register."""
        number = self.registers
        self.registers = number + 1
        return number

    def site(self, node: Any, kind: str, text: str) -> int:
        """A call site of an implicit call (property, operator, iteration ...): no arguments of its own."""
        arm = self.maybe() if self.optional else self.arm
        key = (kind, text, self.loop, arm, self.conditional > 0)
        row = self.site_memo.get(key)
        if row is None:
            row = self.site_memo[key] = CallSite(kind, text, (), self.loop, self.conditional > 0, False, arm)
        self.sites.append(row)
        self.site_positions.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))
        return len(self.sites) - 1

    def call_site(self, node: Any, kind: str, text: str, arguments: tuple[Argument, ...], awaited: bool) -> int:
        """A call site that is written as a call."""
        arm = self.maybe() if self.optional else self.arm
        self.sites.append(CallSite(kind, text[:80], arguments, self.loop, self.conditional > 0, awaited, arm))
        self.site_positions.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))
        self.calls += 1
        return len(self.sites) - 1

    # arms

    def maybe(self) -> int:
        """The arm of an operand that need not be evaluated, made when something in it is called."""
        key = (self.arm, self.loop)
        found = self.maybes.get(key)
        if found is None:
            found = self.maybes[key] = len(self.arms)
            self.arm_depths[found] = self.arm_depths.get(self.arm, 0) + 1
            self.arms.append(Arm(self.arm, self.choice(), SOMETIMES, self.loop, 0, -1, "", -1, ""))
        return found

    def choice(self) -> int:
        """The number of something of which one arm is taken."""
        self.choices += 1
        return self.choices - 1

    def anywhere(self, nodes: Sequence[ast.stmt], ask: Callable[[ast.stmt], bool]) -> bool:
        """Whether something holds of one of some statements, which are all of a block from one on: guards that follow
        one another each ask for all that follows, so it is looked from the end, and once."""
        if not nodes:
            return False
        key = id(nodes[-1]), ask
        _, looked_at, found = self.last_with.get(key, (None, 0, -1))
        while found < 0 and looked_at < len(nodes):
            looked_at += 1
            found = looked_at if ask(nodes[-looked_at]) else -1
        self.last_with[key] = nodes[-1], looked_at, found
        return 0 < found <= len(nodes)

    def open_arm(
        self, choice: int, condition: int, left: int = 0, key: int = -1, per: str = "", holder: int = -1,
        target: str = "", given: int = -1, want: Want = ANYTHING, asks: int = 0, flag: bool = False,
    ) -> None:  # fmt: skip
        """What is read from here on stands in an arm inside of this one."""
        around = self.maybe() if self.optional else self.arm
        while self.arm_depths.get(around, 0) >= DEEPEST_ARM:
            around = self.arms[around].parent
        self.arms.append(
            Arm(around, choice, condition, self.loop, left, key, per, holder, target, given, *want, asks, flag)
        )
        self.arm = len(self.arms) - 1
        self.arm_depths[self.arm] = self.arm_depths.get(around, 0) + 1

    def mutation(self, kind: str, target: str, site: int, reg: int, line: int) -> None:
        """Note a state change."""
        self.mutations.append(Mutation(kind, target[:80], self.loop, site, reg))
        self.mutation_lines.append(line)

    def reset(self, target: str, flag: bool = False) -> None:
        """Note that what may be kept there is taken away; `flag` as `Reset` has it."""
        if not target or self.kind in ("module", "class"):
            return
        own = target in self.versions and not (target in self.global_names or target in self.nonlocal_names)
        arm = self.maybe() if self.optional else self.arm
        self.resets.append(Reset(target[:80], own, len(self.sites), self.loop, arm, flag))

    # names

    def read(self, name: str) -> int:
        """The register that holds a name here."""
        found = self.current.get(name)
        if found is not None:
            return found
        if self.frames:
            found = self.outer(name, len(self.frames) - 1)
            if found is not None:
                self.current[name] = found
                return found
        found = self.pending.get(name)
        if found is None:
            found = self.pending[name] = self.register()
        return found

    def outer(self, name: str, depth: int) -> int | None:
        """The phi of a loop for a name that was bound before it, made on first use; None if nothing bound it."""
        frame = self.frames[depth]
        phi = frame.phis.get(name)
        if phi is not None:
            return phi
        before = frame.before.get(name)
        if before is None and depth > 0:
            before = self.outer(name, depth - 1)
        if before is None:
            return None
        phi = frame.phis[name] = self.register()
        self.entered[phi] = before
        self.code.append((op.COPY, phi, before))
        return phi

    def known(self, name: str) -> int | None:
        """Like `read`, but None where nothing has bound the name so far."""
        found = self.current.get(name)
        if found is None and self.frames:
            found = self.outer(name, len(self.frames) - 1)
        return found

    def bound(self) -> list[tuple[str | None, int]]:
        """The names that are bound here, each with its register."""
        names = {name: None for state in (*(frame.before for frame in self.frames), self.current) for name in state}
        return [(name, self.read(name)) for name in names]

    def write(self, name: str, reg: int) -> None:
        """Bind a name: a new version."""
        self.writes.append(name)
        if name in self.scoped:
            self.current[name] = reg
            self.inner_versions.setdefault(name, []).append(reg)
            return
        if name in self.global_names:
            self.code.append((op.STORE_GLOBAL, name, reg))
            self.globals_written.add(name)
            return
        if name in self.nonlocal_names:
            # a fresh version keeps reads in this function exact; the cell's owner learns of it in `settle`
            self.versions.setdefault(name, []).append(reg)
            self.current[name] = reg
            return
        self.current[name] = reg
        self.assignments.append((name, reg))
        self.versions.setdefault(name, []).append(reg)
        if self.kind == "module":
            self.code.append((op.STORE_GLOBAL, name, reg))
        elif self.kind == "class":
            self.code.append((op.STORE_NAME, name, reg))

    def narrow(self, name: str, reg: int, origin: int) -> None:
        """A test has told something of a variable: a version that is no assignment."""
        self.current[name] = reg
        self.origin[reg] = origin

    # control flow

    def join(self) -> None:
        """What stands from here on may be reached from elsewhere than from what stands before it."""
        self.joins.append(len(self.code))

    def merge(self, left: dict[str, int] | None, right: dict[str, int] | None) -> dict[str, int]:
        """The state after two paths meet; None stands for a path that ended."""
        self.join()
        if left is None:
            return right if right is not None else {}
        if right is None or left == right:
            return left
        merged: dict[str, int] = {}
        for name in [*left, *(n for n in right if n not in left)]:
            a, b = left.get(name), right.get(name)
            if a is None or b is None:
                other = self.outer(name, len(self.frames) - 1) if self.frames else None
                a, b = (other, b) if a is None else (a, other)
            if a == b or a is None or b is None:
                merged[name] = a if a is not None else b  # type: ignore[assignment]
                continue
            same, other = a, b
            while same in self.origin:
                same = self.origin[same]
            while other in self.origin:
                other = self.origin[other]
            if same == other:
                merged[name] = same
                continue
            phi = merged[name] = self.register()
            self.code.append((op.COPY, phi, a))
            self.code.append((op.COPY, phi, b))
        return merged

    def enter_loop(
        self, kind: str, over: int, range_args: tuple[int, ...] | None, line: int, name: str, first: bool = False,
        once: bool = False,
    ) -> None:  # fmt: skip
        """Begin the body of a loop."""
        self.join()
        self.loops.append(Loop(self.loop, kind, over, range_args, name, first, once))
        self.loop_lines.append(line)
        self.loop = len(self.loops) - 1
        self.frames.append(LoopFrame(self.current))
        self.current = {}

    def leave_loop(self, endless: bool = False) -> dict[str, int] | None:
        """End the body of a loop and close its phis.

        The state becomes that of a loop that ran out; an endless one never does. Returns the state behind its breaks,
        None without any.
        """
        frame = self.frames[-1]
        ends = [*frame.continues]
        if not self.dead:
            ends.append(self.current)
        normal: dict[str, int] | None = None
        for state in ends:
            normal = self.merge(normal, state)
        broken: dict[str, int] | None = None
        for state in frame.breaks:
            broken = self.merge(broken, state)
        for name, phi in frame.phis.items():
            for state in ends:
                last = state.get(name, phi)
                if last != phi:
                    self.code.append((op.COPY, phi, last))
        self.frames.pop()
        self.loop = self.loops[self.loop].parent
        self.current = frame.before if endless else self.ran_out(frame, normal or {})
        self.dead = endless
        self.join()
        return None if broken is None else {**frame.before, **broken}

    def ran_out(self, frame: LoopFrame, end: dict[str, int]) -> dict[str, int]:
        """What holds after a loop ran out: what held at the end of its body, or before it if it never ran."""
        state = dict(frame.before)
        for name, reg in end.items():
            old = frame.before.get(name)
            if old is None and self.frames:
                old = self.outer(name, len(self.frames) - 1)
            if old is None or reg == frame.phis.get(name):
                state[name] = reg
            elif old != reg:
                phi = self.register()
                self.code.append((op.COPY, phi, old))
                self.code.append((op.COPY, phi, reg))
                state[name] = phi
        return state

    # nested functions

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) -> tuple[Builder, int]:
        """A function or class inside this one: its body is read when this one is complete."""
        inner = self.inside(node)
        self.nested.append((inner, node))
        return inner, self.register()

    def inside(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) -> Builder:
        """A function or class inside this one, whether or not this one is read."""
        if isinstance(node, ast.Lambda):
            self.lambdas += 1
            name, kind = f"<lambda{self.lambdas}>", "lambda"
        else:
            name, kind = node.name, "class" if isinstance(node, ast.ClassDef) else "function"
        full = f"{self.name}.{name}" if self.name else name
        inner = Builder(self.numbers[len(self.all)], full, kind, self, self.module, self.all, self.readers)
        inner.is_async = isinstance(node, ast.AsyncFunctionDef)
        inner.def_line = node.lineno
        decorators = () if isinstance(node, ast.Lambda) else node.decorator_list
        inner.line = min([d.lineno for d in decorators] + [node.lineno]) if decorators else node.lineno
        inner.end_line = node.end_lineno or node.lineno
        return inner

    def number_lambdas(self, nested: Iterable[tuple[Builder, ast.AST]]) -> None:
        """Name the lambdas inside this one, once all of them are known, by their places."""
        lambdas = [(node, inner) for inner, node in nested if isinstance(node, ast.Lambda)]
        for number, (_, inner) in enumerate(sorted(lambdas, key=lambda r: (r[0].lineno, r[0].col_offset)), 1):
            inner.name = f"{self.name}.<lambda{number}>" if self.name else f"<lambda{number}>"

    # the end

    def cell(self, name: str) -> int:
        """The register in which all versions of a captured variable meet."""
        reg = self.cells.get(name)
        if reg is None:
            reg = self.cells[name] = self.register()
            self.code.extend((op.COPY, reg, version) for version in self.versions.get(name, ()))
            self.code.extend((op.COPY, reg, version) for version in self.inner_versions.get(name, ()))
        return reg

    def share(self, name: str) -> int:
        """The cell of a variable that another function writes: what it writes is seen in every version."""
        reg = self.cell(name)
        self.code.extend((op.COPY, version, reg) for version in self.versions.get(name, ()))
        return reg

    def owner(self, name: str) -> Builder | None:
        """The function around this one that binds a name, None for a global."""
        scope, within = self.parent, self.kind
        while scope is not None:
            # variables of a comprehension are seen by lambdas in it alone, type parameters by all that stands inside
            if name in scope.inner_versions and (within == "lambda" or name in scope.type_names):
                return scope
            if scope.kind == "module":
                return None
            if scope.kind != "class" and name in scope.versions and name not in scope.global_names:
                if name in scope.nonlocal_names:
                    return scope.owner(name)
                return scope
            within = scope.kind
            scope = scope.parent
        return None

    def settle(self) -> None:
        """Resolve what was pending; the functions around this one are complete."""
        self.end = len(self.code)
        self.number_lambdas(self.nested)
        for name in sorted(self.nonlocal_names):
            owner = self.owner(name)
            if owner is not None:
                cell = owner.share(name)
                self.code.extend((op.STORE_FREE, owner.index, cell, reg) for reg in self.versions.get(name, ()))
        for name, reg in list(self.pending.items()):
            bound_here = name in self.versions and name not in self.global_names and name not in self.nonlocal_names
            if bound_here and self.kind != "module":
                self.code.extend((op.COPY, reg, version) for version in self.versions[name])
                if self.kind in ("function", "lambda"):
                    continue
            owner = None if name in self.global_names else self.owner(name)
            if owner is None:
                self.code.append((op.GLOBAL, reg, name))
            else:
                self.code.append((op.FREE, reg, owner.index, owner.cell(name)))

    def first(self, reg: int) -> int:
        """The version that a narrowing or a loop's phi came from."""
        while (before := self.origin.get(reg, self.entered.get(reg, -1))) >= 0:
            reg = before
        return reg

    def named_before(self, registers: set[int]) -> set[int]:
        """Some registers, and those that they are copies of: `made = wrap(f)`, then `return made`."""
        copies: dict[int, list[int]] = {}
        for row in self.code:
            if row[0] == op.COPY:
                copies.setdefault(row[1], []).append(row[2])
        found = set(registers)
        todo = [*registers] if copies else []
        while todo:
            new = [reg for reg in copies.get(todo.pop(), ()) if reg not in found]
            found.update(new)
            todo += new
        return found

    def lost(self) -> dict[int, int]:
        """The parameters and registers of which nobody can tell what a branch asks for, by the first arm of which that
        holds: what stands for them is bound more than once; a parameter may be bound to constants besides."""
        found: dict[int, int] = {}
        for number, param in enumerate(self.params):
            if not self.is_given(param.name):
                found[number] = 0
        for name, first, given in self.through:
            if len(self.versions.get(name, ())) != 1:
                found.setdefault(given, first)
        return found

    def is_given(self, name: str) -> bool:
        """Whether a variable holds what a parameter was given, or else a constant: if mode is None: mode = "all"."""
        versions = self.versions.get(name, ())
        return bool(versions) and all(reg in self.constants for reg in versions[1:])

    def is_met(self, arm: Arm) -> bool:
        """Whether a constant leads into an arm that its parameter is bound to besides what it is given."""
        if not 0 <= arm.given < len(self.params):
            return False
        besides = self.versions.get(self.params[arm.given].name, ())[1:]
        return bool(besides) and (
            bool(arm.attr) or any(leads_in(self.constants[reg], arm.wants, arm.among) for reg in besides)
        )

    def finish(self) -> Body:
        """The facts, once every function of the module has been settled; what comes from outside stands first."""
        if self.fills:
            self.code = forward(self.code, self.joins, self.end)
        outside = [row for row in self.code if row[0] == op.GLOBAL or row[0] == op.FREE]
        if outside:
            self.code = outside + [row for row in self.code if row[0] != op.GLOBAL and row[0] != op.FREE]
        if self.kind == "class" and (gone := self.overwritten()):
            self.code = [row for row in self.code if row not in gone]
        captured = {self.versions[name][0] for name in self.cells if self.versions.get(name)}
        keys = {self.first(reg) for reg in self.called | self.returned} | captured
        forwarded = {self.first(reg) for call in self.named_before(self.returned) for reg in self.passed.get(call, ())}
        key_params = tuple(
            i if reg in keys else ~i for i, reg in enumerate(self.param_registers) if reg in keys or reg in forwarded
        )
        lost = self.lost()
        arms = [
            arm._replace(given=-1, wants=EVERY, among="", attr="")
            if number >= lost.get(arm.given, number + 1) or self.is_met(arm)
            else arm
            for number, arm in enumerate(self.arms)
        ]
        for number, name in self.kept_in.items():
            owner = self.owner(name) if name in self.nonlocal_names or name not in self.versions else None
            if owner is not None and owner.kind != "module":
                arms[number] = arms[number]._replace(holder=CAPTURED - owner.index)
        return Body(
            self.is_generator, self.params, self.returns, self.registers, tuple(self.code), key_params,
            tuple(self.sites), tuple(self.loops), tuple(arms), tuple(self.statements), tuple(self.mutations),
            tuple(self.resets), tuple(sorted(self.globals_written)), self.positions(),
        )  # fmt: skip

    def overwritten(self) -> set[Row]:
        """The bindings of a class body that are gone at its end, because the name is bound again on every way there:
        nobody else has seen them, since the class was not made yet."""
        stored = [row for row in self.code if row[0] == op.STORE_NAME]
        last = {(op.STORE_NAME, name, reg) for name, reg in self.current.items()}.intersection(stored)
        names = {row[1] for row in last}
        return {row for row in stored if row[1] in names and row not in last}

    def positions(self) -> Positions:
        """Where things are in the file, whose line `shift` is the first one that was read."""
        shift = self.shift
        sites = self.site_positions
        if not shift:
            return Positions(
                tuple(sites), tuple(self.mutation_lines), tuple(self.loop_lines), tuple(self.statement_lines)
            )
        return Positions(
            tuple([(line + shift, column, end + shift, end_column) for line, column, end, end_column in sites]),
            tuple([line + shift for line in self.mutation_lines]),
            tuple([line + shift for line in self.loop_lines]),
            tuple([line + shift for line in self.statement_lines]),
        )
