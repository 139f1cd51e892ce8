"""On which conditions each place of a file runs, by what the source asks for: what a rewrite of equal meaning leaves
alone. Pure.

The conditions of a place are those inside of its own function: the tests of the branches around it, the operands before
it in `and`, `or` and a conditional expression, and what has not left the function, or the round of its loop, before. On
the way to a raise nothing is a condition, and what can only go on behind it stands on none. An iteration is kept apart:
where nothing is iterated, nothing runs that the loop holds; what a filter lets through that is iterated is a condition.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.lowering.exits import says_failure
from code_path_audit.facts.texts import text_of

INVERTED: dict[type[ast.cmpop], tuple[str, bool]] = {
    ast.Is: ("is", True), ast.IsNot: ("is", False), ast.Eq: ("==", True), ast.NotEq: ("==", False),
    ast.In: ("in", True), ast.NotIn: ("in", False), ast.Lt: ("<", True), ast.GtE: ("<", False),
    ast.Gt: (">", True), ast.LtE: (">", False),
}  # fmt: skip
"""Each comparison by one of two that are each other's contrary, and whether it holds."""

ENDING = ("exit", "_exit")
"""Functions that end the program, by their last names."""


class Condition(NamedTuple):
    """Something that is asked, and the answer that leads on; `parts` are what it is made of, where all of them hold."""

    text: str
    holds: bool
    parts: frozenset[Condition] = frozenset()

    @property
    def words(self) -> str:
        """As the source may say it."""
        if self.parts and not self.holds:
            return f"({' or '.join(sorted(part.contrary.words for part in self.parts))})"
        return self.text if self.holds else f"not {self.text}"

    @property
    def contrary(self) -> Condition:
        """The other answer."""
        return self._replace(holds=not self.holds)


Together = frozenset[Condition]
"""Conditions that all hold."""

NONE: Together = frozenset()


class Standing(NamedTuple):
    """What a place stands on: `conditions`, and `over`, what the loops around it iterate."""

    conditions: Together
    over: frozenset[str]

    @property
    def guards(self) -> Together:
        """The conditions but for those that an iteration asks for anyway: `if rows:` around `for row in rows:`."""
        return frozenset(row for row in self.conditions if not (row.holds and row.text in self.over))


NOWHERE = Standing(NONE, frozenset())
NOTHING: frozenset[str] = frozenset()


class Conditions:
    """Where a file asks for what. `rows` are pieces of code, what is inside of another after it: first and last
    place, as (line, column in bytes), and what it stands on."""

    def __init__(self, rows: Sequence[tuple[tuple[int, int], tuple[int, int], Standing]]) -> None:
        self.rows = rows

    def at(self, line: int, column: int) -> Standing:
        """What a place stands on in its function."""
        place, found = (line, column), NOWHERE
        for first, last, standing in self.rows:
            if first <= place < last:
                found = standing
        return found


def conditions_of(data: bytes) -> Conditions:
    """The conditions of all places of a file; none where it does not parse."""
    return Conditions(walked(data).rows)


class ConditionsOfFiles:
    """The conditions of the files of a state, each read when somebody asks; `files` gives their bytes by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._known: dict[str, Conditions] = {}

    def of(self, path: str) -> Conditions:
        """The conditions of one file."""
        if path not in self._known:
            self._known[path] = conditions_of(self.files.get(path, b""))
        return self._known[path]

    def standing(self, facts: FunctionFacts, site: int, path: str) -> Standing:
        """What a call site of a function stands on."""
        line, column = facts.positions.sites[site][:2]
        return self.of(path).at(line, column)


def asked(test: ast.expr, holds: bool = True) -> Together:
    """What a test asks for where it holds, or does not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return asked(test.operand, not holds)
    if isinstance(test, ast.BoolOp):
        parts = [asked(value, holds) for value in test.values]
        if isinstance(test.op, ast.And) == holds:
            return frozenset(chain.from_iterable(parts))
        # one of them does not hold: the contrary of all contraries
        return frozenset([as_one(frozenset(map(_contrary, parts))).contrary])
    if isinstance(test, ast.Constant):
        return NONE
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return frozenset([_compared(test, holds)])
    if isinstance(test, ast.Call) and ast.unparse(test.func) in ("bool", "len") and len(test.args) == 1:
        return asked(test.args[0], holds)
    if isinstance(test, ast.NamedExpr):
        return asked(test.value, holds)
    return frozenset([Condition(ast.unparse(test), holds)])


def _contrary(part: Together) -> Condition:
    return as_one(part).contrary


def _denied(part: Together) -> Together:
    """What holds where conditions do not all hold: of `not (a and b)` its parts, as an `else` has them."""
    one = as_one(part)
    return one.parts if one.parts and not one.holds else frozenset([one.contrary])


def as_one(part: Together) -> Condition:
    """Several conditions as one."""
    if len(part) == 1:
        return next(iter(part))
    return Condition("(" + " and ".join(sorted(row.words for row in part)) + ")", True, part)


def _compared(test: ast.Compare, holds: bool) -> Condition:
    left, right = ast.unparse(test.left), ast.unparse(test.comparators[0])
    word, same = INVERTED[type(test.ops[0])]
    said = holds == same
    if right == "0" and word in (">", "==") and left.startswith("len("):
        return Condition(left[4:-1], said == (word == ">"))  # len(rows) > 0
    return Condition(f"{left} {word} {right}", said)


def _iterated(node: ast.expr) -> frozenset[str]:
    """What an iteration asks for: one of `rows or ()` asks for rows."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        node = node.values[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        return frozenset((ast.unparse(node), ast.unparse(node.func.value)))  # rows.items()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        return frozenset((ast.unparse(node), ast.unparse(node.args[0])))  # sorted(rows)
    return frozenset((ast.unparse(node),))


def walked(data: bytes) -> Walk:
    """A file that was gone through; nothing of one that does not parse."""
    walk = Walk()
    try:
        walk.block(ast.parse(data).body, NOWHERE)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Walk()
    return walk


class Walk:
    """Goes through a file, block by block. `rows` are as in `Conditions`; `calls` are function, callee, and what it
    stands on; `decorators` those of each function, by name, "" for the function itself."""

    def __init__(self) -> None:
        self.rows: list[tuple[tuple[int, int], tuple[int, int], Standing]] = []
        self.calls: list[tuple[str, str, Standing]] = []
        self.decorators: dict[str, frozenset[str]] = {}
        self.owner = ""
        self.filtered: Mapping[str, ast.expr] = {}

    def block(self, body: Iterable[ast.stmt], standing: Standing) -> None:
        """The statements of a block: what follows one that may leave stands on its not having left."""
        for node in body:
            self.statement(node, standing)
            gone = leaving(node)
            stays = frozenset(chain.from_iterable(_denied(row) for row in gone if row))
            standing = standing._replace(conditions=standing.conditions | stays)

    def statement(self, node: ast.stmt, standing: Standing) -> None:
        """One statement, and all that is inside of it."""
        self._note(node, standing)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if not isinstance(node, ast.ClassDef):
                self.expression(node.args, standing)
            for inside in node.decorator_list:
                self.expression(inside, standing)
            owner, self.owner = self.owner, f"{self.owner}.{node.name}"
            held, self.filtered = self.filtered, filters_in(node)
            if not isinstance(node, ast.ClassDef):
                # the function itself is the first that is around what it does
                self.decorators[self.owner] = frozenset(("", *(text_of(row) for row in node.decorator_list)))
            self.block(node.body, NOWHERE)
            self.owner, self.filtered = owner, held
        elif isinstance(node, ast.If):
            self.expression(node.test, standing)
            fail_then, fail_else = fails(node.body), fails(node.orelse)
            self.block(node.body, _on(standing, NONE if fail_else else asked(node.test)))
            self.block(node.orelse, _on(standing, NONE if fail_then else asked(node.test, False)))
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.expression(node.iter, standing)
            self.block(node.body, self._in_round(standing, node.target, node.iter))
            self.block(node.orelse, standing)
        elif isinstance(node, ast.While):
            self.expression(node.test, standing)
            over = frozenset(row.text for row in asked(node.test) if row.holds)
            self.block(node.body, standing._replace(over=standing.over | over))
            self.block(node.orelse, standing)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.expression(item, standing)
            self.block(node.body, standing)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            self.block(node.body, standing)
            for handler in node.handlers:
                self.block(handler.body, _on(standing, _caught(handler)))
            self.block(node.orelse, standing)
            self.block(node.finalbody, standing)
        elif isinstance(node, ast.Match):
            self.expression(node.subject, standing)
            for case in node.cases:
                self.block(case.body, _on(standing, _matched(node, case)))
        else:
            self.expression(node, standing)

    def expression(self, node: ast.AST, standing: Standing) -> None:
        """A piece of code without statements."""
        if isinstance(node, ast.Lambda):
            self._note(node.body, NOWHERE)
            self.expression(node.body, NOWHERE)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                self._inside(value, standing)
                standing = _on(standing, asked(value, isinstance(node.op, ast.And)))
        elif isinstance(node, ast.IfExp):
            self._inside(node.test, standing)
            self._inside(node.body, _on(standing, asked(node.test)))
            self._inside(node.orelse, _on(standing, asked(node.test, False)))
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            for generator in node.generators:
                self._inside(generator.iter, standing)
                standing = self._in_round(standing, generator.target, generator.iter)
                for test in generator.ifs:
                    self._inside(test, standing)
                    standing = _on(standing, asked(test))
            for value in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
                self._inside(value, standing)
        else:
            if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
                self.calls.append((self.owner, text_of(node.func), standing))
            for inside in ast.iter_child_nodes(node):
                self.expression(inside, standing)

    def _in_round(self, standing: Standing, target: ast.expr, iterated: ast.expr) -> Standing:
        """What a round of a loop stands on: what it iterates, and the filters that what it is given went through."""
        over, tests = standing.over | _iterated(iterated), NONE
        for _ in range(FILTERS):
            source = self.filtered.get(iterated.id, iterated) if isinstance(iterated, ast.Name) else iterated
            found = filtered(source, target)
            if found is None:
                break
            iterated, more = found
            over, tests = over | _iterated(iterated), tests | more
        return Standing(standing.conditions | tests, over)

    def _inside(self, node: ast.expr, standing: Standing) -> None:
        self._note(node, standing)
        self.expression(node, standing)

    def _note(self, node: ast.stmt | ast.expr, standing: Standing) -> None:
        last = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        self.rows.append(((node.lineno, node.col_offset), last, standing))


FILTERS = 3
"""Filters, one on what another lets through, that are looked through."""


def filtered(node: ast.expr, target: ast.expr) -> tuple[ast.expr, Together] | None:
    """What is iterated where a filter of it is, and what that asks for, said of the target of the loop: of
    `filter(is_new, rows)`, `[row for row in rows if row.new]`, or a list of either. None for what is no filter."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in ("list", "sorted", "tuple", "iter", "reversed") and node.args:
            return filtered(node.args[0], target)
        if node.func.id == "filter" and len(node.args) == 2:
            test, rows = node.args
            if isinstance(test, ast.Lambda) and len(test.args.args) == 1:
                return rows, _of_target(asked(test.body), ast.Name(test.args.args[0].arg), target)
            return rows, frozenset([Condition(f"{ast.unparse(test)}({ast.unparse(target)})", True)])
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)) and len(node.generators) == 1:
        generator = node.generators[0]
        if ast.unparse(node.elt) == ast.unparse(generator.target):
            tests = frozenset(chain.from_iterable(map(asked, generator.ifs)))
            return generator.iter, _of_target(tests, generator.target, target)
    return None


def _of_target(tests: Together, own: ast.expr, target: ast.expr) -> Together:
    """Conditions of a filter with the names that the loop has for what it lets through."""
    if not isinstance(own, ast.Name) or not isinstance(target, ast.Name):
        return tests
    name = re.compile(rf"(?<![\w.]){own.id}(?!\w)")
    return frozenset(
        row._replace(text=name.sub(target.id, row.text), parts=_of_target(row.parts, own, target)) for row in tests
    )


def filters_in(function: ast.AST) -> Mapping[str, ast.expr]:
    """What a function gives to those of its variables that it gives a value once."""
    stored = Counter(
        node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return {
        node.targets[0].id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and stored[node.targets[0].id] == 1
    }


def _on(standing: Standing, more: Together) -> Standing:
    return standing._replace(conditions=standing.conditions | more)


def _caught(handler: ast.ExceptHandler) -> Together:
    return frozenset([Condition(f"except {ast.unparse(handler.type) if handler.type else ''}".strip(), True)])


def _matched(node: ast.Match, case: ast.match_case) -> Together:
    guard = asked(case.guard) if case.guard else NONE
    return guard | {Condition(f"{ast.unparse(node.subject)} is {ast.unparse(case.pattern)}", True)}


def leaving(node: ast.stmt, in_loop: bool = False) -> list[Together]:
    """On which conditions a statement leaves the block that it stands in, other than by an error, be it
    told by an exit: each alone is enough.
    `in_loop`: what leaves a loop that is inside of the statement goes on behind it."""
    if isinstance(node, (ast.Break, ast.Continue)):
        return [] if in_loop else [NONE]
    if isinstance(node, ast.Return) or _ends(node):
        return [NONE]
    if isinstance(node, ast.If):
        left = [(asked(node.test), row) for row in leaving_of(node.body, in_loop)]
        left += [(asked(node.test, False), row) for row in leaving_of(node.orelse, in_loop)]
        return [test | row for test, row in left]
    if isinstance(node, (ast.For, ast.AsyncFor)):
        text = f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        found = [frozenset([Condition(f"{as_one(row).words} {text}", True)]) for row in leaving_of(node.body, True)]
        return [*found, *leaving_of(node.orelse, in_loop)]
    if isinstance(node, ast.While):
        return [row for row in leaving_of(node.body, True) if row]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return leaving_of(node.body, in_loop)
    if isinstance(node, (ast.Try, ast.TryStar)):
        handled = [_caught(handler) | row for handler in node.handlers for row in leaving_of(handler.body, in_loop)]
        blocks = (node.body, node.orelse, node.finalbody)
        return [*handled, *chain.from_iterable(leaving_of(block, in_loop) for block in blocks)]
    if isinstance(node, ast.Match):
        return [_matched(node, case) | row for case in node.cases for row in leaving_of(case.body, in_loop)]
    return []


def leaving_of(body: Iterable[ast.stmt], in_loop: bool) -> list[Together]:
    """The same of a block."""
    return list(chain.from_iterable(leaving(node, in_loop) for node in body))


def _ends(node: ast.stmt) -> bool:
    """Whether a statement ends the program on purpose."""
    end = _end(node)
    return end is not None and not says_failure(end)


def _end(node: ast.stmt) -> ast.Call | None:
    """The call by which a statement ends the program; a bare `raise SystemExit` as one without arguments."""
    if isinstance(node, ast.Raise) and node.exc is not None:
        call = node.exc if isinstance(node.exc, ast.Call) else ast.Call(node.exc, [], [])
        return call if ast.unparse(call.func) == "SystemExit" else None
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return node.value if ast.unparse(node.value.func).rpartition(".")[2] in ENDING else None
    return None


def fails(body: Sequence[ast.stmt]) -> bool:
    """Whether a block is on the way to a raise, or to an end that tells of a failure."""
    last = body[-1] if body else None
    if isinstance(last, ast.If):
        return fails(last.body) and fails(last.orelse)
    if last is None or leaving_of(body, False):
        return False
    return isinstance(last, ast.Raise) or _end(last) is not None
