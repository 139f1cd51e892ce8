"""Control flow: if, loops, try, with. Each arm works on a copy of the state; the copies are merged where they meet."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.loop_names import loop_name, while_name
from code_path_audit.facts.lowering.arms import conditions, made_in, open_branch, open_handler, open_missed
from code_path_audit.facts.lowering.assignments import assign
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.conditions import test
from code_path_audit.facts.lowering.dispatch import body, expr, yields
from code_path_audit.facts.lowering.distinct_rounds import in_one_round, note, once
from code_path_audit.facts.lowering.exits import is_end
from code_path_audit.facts.lowering.flags import asked_of
from code_path_audit.facts.lowering.guards import Guard, fails, gives_back, guards_of, is_debugging
from code_path_audit.facts.lowering.looked_for import looked_for
from code_path_audit.facts.lowering.raised_flags import raised
from code_path_audit.facts.lowering.requests_asked import only, requests_of
from code_path_audit.facts.lowering.searches import ends, is_search, leaves, swallows
from code_path_audit.facts.lowering.sure_imports import is_sure, never_succeeds
from code_path_audit.facts.rows import ALWAYS, Statement
from code_path_audit.facts.texts import text_of

# branches


def if_(b: Builder, node: ast.If) -> None:
    """if, elif, else; what follows an arm that leaves belongs to the other one."""
    following = b.following
    if is_type_checking(node.test):
        b.typing_only += 1
        body(b, declarations(b, node))
        b.typing_only -= 1
        b.join()
        body(b, node.orelse)
        return
    if type(node.test) is ast.Constant:
        taken, left_out = (node.body, node.orelse) if node.test.value else (node.orelse, node.body)
        never(b, left_out)
        body(b, taken)
        return
    param, if_true, if_false = asked_of(b, node.test)
    true, false = test(b, node.test)
    before, around, choice = b.current, b.arm, b.choice()
    is_main = b.kind == "module" and is_main_guard(node.test)
    guards = [*guards_of(b, node.test), *raised(b, node.test)]
    there = [row for row in guards if not row.missing]
    rest = node.orelse or behind(node.body, following)
    failing = fails(node.body), fails(rest, b)
    condition = ALWAYS if is_main else conditions(failing, is_debugging(node.test))
    open_branch(b, choice, node.body, [row for row in guards if row.missing], condition, param, if_true)
    if in_one_round(b, node.test):
        once(b)
    if is_main:
        b.code.append((op.MAIN, 1))
    which = requests_of(node.test)
    only(b, which, 0)
    left, first = branch(b, before, true, node.body), b.arm
    only(b, which, -1)
    b.arm = around
    if is_main:
        b.code.append((op.MAIN, 2))
    if node.orelse or left is None:
        rest = node.orelse or following[0][following[1] :]
        open_branch(b, choice, rest, there, conditions(failing[::-1], False), param, if_false)
        if in_one_round(b, node.test, False):
            once(b)
    only(b, which, 1)
    right, second = branch(b, before, false, node.orelse), b.arm
    if left is not None or b.conditional or b.loop >= 0:
        only(b, which, -1)  # else all that follows runs only there
    b.arm = around
    if is_main:
        b.code.append((op.MAIN, 0))
    if left is None and right is not None:
        b.arm = second
    elif right is None and left is not None:
        b.arm = first
    join(b, left, right)
    nodes, place = following
    is_looked_at = there and not node.orelse and left is not None and any(map(gives_back, node.body))
    if is_looked_at and any(made_in(b, nodes[place:], row) for row in there):
        # it is there, and given back if it is still good: what follows makes it
        open_branch(b, b.choice(), nodes[place:], there)


def behind(nodes: list[ast.stmt], following: tuple[list[ast.stmt], int]) -> list[ast.stmt]:
    """What runs where an arm does not that leaves at its end: what follows, up to the end of the block."""
    last = nodes[-1]
    is_left = isinstance(last, ast.Return | ast.Continue | ast.Break) or is_end(last)
    return following[0][following[1] :] if is_left else []


def declarations(b: Builder, node: ast.If) -> list[ast.stmt]:
    """What annotations may name of what runs for type checkers alone: imports, and what a module or a class has under
    no other name. Nothing of it is executed, so it neither returns nor is in the way of what follows."""
    if b.kind in ("module", "class") and not node.orelse:
        return [part for part in node.body if not isinstance(part, ast.Raise)]
    return [part for part in node.body if isinstance(part, ast.Import | ast.ImportFrom)]


def branch(
    b: Builder, before: dict[str, int], held: list[tuple[str, int, int]], nodes: list[ast.stmt]
) -> dict[str, int] | None:
    """One arm of an if: the state at its end, None where it does not reach it."""
    b.join()
    b.current = dict(before)
    for row in held:
        b.narrow(*row)
    b.conditional += 1
    body(b, nodes)
    b.conditional -= 1
    dead, b.dead = b.dead, False
    return None if dead else b.current


def join(b: Builder, left: dict[str, int] | None, right: dict[str, int] | None) -> None:
    """The state after two arms."""
    b.dead = left is None and right is None
    b.current = b.merge(left, right)


def is_type_checking(node: ast.expr) -> bool:
    """typing.TYPE_CHECKING"""
    return (type(node) is ast.Name and node.id == "TYPE_CHECKING") or (
        type(node) is ast.Attribute and node.attr == "TYPE_CHECKING"
    )


def is_main_guard(node: ast.expr) -> bool:
    """Whether what follows runs only where the module is what was started."""
    if type(node) is not ast.Compare or len(node.ops) != 1 or type(node.ops[0]) is not ast.Eq:
        return False
    sides = (node.left, node.comparators[0])
    names = [side.id for side in sides if type(side) is ast.Name]
    texts = [side.value for side in sides if type(side) is ast.Constant]
    return names == ["__name__"] and texts == ["__main__"]


# loops


def loop_source(b: Builder, node: ast.expr) -> tuple[int, tuple[int, ...] | None]:
    """What a for iterates: its register, and the registers of range()'s arguments where it is a range."""
    over = expr(b, node)
    if type(node) is ast.Call and type(node.func) is ast.Name and node.func.id == "range":
        row = b.sites[-1].arguments
        if all(a.keyword is None for a in row):
            return over, tuple(a.reg for a in row)
    return over, None


def left_early(nodes: list[ast.stmt]) -> tuple[bool, bool]:
    """Whether a for over these statements is left at the first success, and in its first round."""
    return is_search(nodes), ends(nodes)


def is_nothing(node: ast.expr) -> bool:
    """Whether an expression has no elements, as it is written: [], (), range(0)."""
    if isinstance(node, ast.List | ast.Tuple):
        return not node.elts
    if isinstance(node, ast.Dict):
        return not node.keys
    if isinstance(node, ast.Call) and type(node.func) is ast.Name and node.func.id == "range" and len(node.args) == 1:
        node = node.args[0]
        return isinstance(node, ast.Constant) and node.value == 0
    return isinstance(node, ast.Constant) and node.value == ""


def never(b: Builder, nodes: list[ast.stmt]) -> None:
    """Statements that do not run, whatever happens: nothing is read of them but that a function is a generator."""
    b.is_generator = b.is_generator or any(map(yields, nodes))


def for_(b: Builder, node: ast.For | ast.AsyncFor) -> None:
    """for, async for; what follows one that returns what it looked for may make that"""
    following = b.following
    if is_nothing(node.iter):
        never(b, node.body)
        body(b, node.orelse)
        return
    over, range_args = loop_source(b, node.iter)
    item = b.register()
    is_async = type(node) is ast.AsyncFor
    b.code.append((op.ITER, item, over, is_async, b.site(node.iter, "iterate", text_of(node.iter))))
    b.enter_loop("for", over, range_args, node.lineno, loop_name(node.iter, node.target), *left_early(node.body))
    outer, b.conditional = (b.conditional, b.jumps), 0
    assign(b, node.target, item)
    note(b, node.iter, node.target)
    body(b, node.body)
    b.conditional, b.jumps = outer
    after_loop(b, node.orelse, b.leave_loop(), looked_for(node, ast.Break))
    nodes, place = following
    found = looked_for(node, ast.Return) if not b.dead else []
    if any(made_in(b, nodes[place:], row) for row in found):
        open_branch(b, b.choice(), nodes[place:], found)


def after_loop(b: Builder, orelse: list[ast.stmt], broken: dict[str, int] | None, guards: Sequence[Guard] = ()) -> None:
    """The else of a loop runs where no break left it; then both ways meet."""
    if orelse and not b.dead:
        around = b.arm
        if broken is not None:
            open_branch(b, b.choice(), orelse, guards, conditions((fails(orelse), False), False))
        body(b, orelse)
        b.arm = around
    if broken is not None:
        b.current = b.merge(None if b.dead else b.current, broken)
        b.dead = False


def while_(b: Builder, node: ast.While) -> None:
    """while"""
    if type(node.test) is ast.Constant and not node.test.value:
        never(b, node.body)
        body(b, node.orelse)
        return
    b.enter_loop("while", -1, None, node.lineno, while_name(node), leaves(node.body), ends(node.body))
    outer, b.conditional = (b.conditional, b.jumps), 0
    for row in test(b, node.test)[0]:
        b.narrow(*row)
    body(b, node.body)
    b.conditional, b.jumps = outer
    endless = type(node.test) is ast.Constant and bool(node.test.value)
    after_loop(b, node.orelse, b.leave_loop(endless))


def break_(b: Builder, _node: ast.Break) -> None:
    """break"""
    if b.frames:
        b.frames[-1].breaks.append(b.current)
    b.jumps += 1
    b.dead = True


def continue_(b: Builder, _node: ast.Continue) -> None:
    """continue"""
    if b.frames:
        b.frames[-1].continues.append(b.current)
    b.jumps += 1
    b.dead = True


# exceptions and contexts

IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


def try_(b: Builder, node: Any) -> None:
    """try: a handler may see any version that its body made; behind imports that cannot fail none runs, and behind
    one that always fails its handler does."""
    usual = behind_failure(node)
    if usual is not None:
        left_out, taken = usual
        never(b, left_out)
        body(b, taken)
        return
    handlers = () if all(map(is_sure, node.body)) else node.handlers
    following = b.following
    before = dict(b.current)
    mark = len(b.assignments)
    around, choice = b.arm, b.choice()
    if handlers:
        b.tries.append(len(b.frames))
    body(b, node.body)
    if handlers:
        b.tries.pop()
    if not b.dead and node.orelse:
        b.open_arm(choice, ALWAYS)
        body(b, node.orelse)
        b.arm = around
    after = None if b.dead else b.current
    b.dead = False
    caught = interrupted(b, before, mark) if handlers or node.finalbody else dict(before)
    ends = [after]
    for handler in handlers:
        b.join()
        b.current = dict(caught)
        b.conditional += 1
        exits, jumps = b.exits, b.jumps
        open_handler(b, choice, node, handler)
        if handler.type is not None:
            reg = b.register()
            b.code.append((op.CATCH, reg, expr(b, handler.type)))
            if type(node) is ast.TryStar:  # the group stands for what it holds
                inside = b.register()
                b.code.append((op.LIST, inside, (reg,)))
                b.code.append((op.STORE_ATTR, reg, "exceptions", inside, -1))
            if handler.name:
                b.write(handler.name, reg)
        body(b, handler.body)
        b.conditional -= 1
        b.arm, b.exits, b.jumps = around, exits, jumps
        ends.append(None if b.dead else b.current)
        b.dead = False
    state: dict[str, int] | None = None
    for end in ends:
        state = b.merge(state, end) if end is not None else state
    if node.finalbody:
        alive = state is not None
        b.current = b.merge(state, caught)
        body(b, node.finalbody)
        b.dead = b.dead or not alive
    else:
        b.dead = state is None
        b.current = state if state is not None else {}
        if after is None and state is not None:
            open_missed(b, node, following)


def behind_failure(node: Any) -> tuple[list[ast.stmt], list[ast.stmt]] | None:
    """What never runs of a `try` with an import that always fails, and what always does; None where it has none."""
    end = next((i for i, statement in enumerate(node.body) if never_succeeds(statement)), None)
    handler = next((handler for handler in node.handlers if takes_import_errors(handler)), None)
    if end is None or handler is None or type(node) is ast.TryStar:
        return None
    return [*node.body[end:], *node.orelse], [*node.body[:end], *handler.body, *node.finalbody]


def takes_import_errors(handler: ast.ExceptHandler) -> bool:
    """except:, except ImportError:, except (ImportError, AttributeError):, with no name for the exception"""
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return handler.name is None and any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in IMPORT_ERRORS) for kind in types
    )


def interrupted(b: Builder, before: dict[str, int], mark: int) -> dict[str, int]:
    """What may hold where a block was left at any point: what held before it, or any version that it made."""
    made: dict[str, list[int]] = {}
    for name, reg in b.assignments[mark:]:
        made.setdefault(name, []).append(reg)
    state = dict(before)
    for name, versions in made.items():
        b.current = before
        old = b.known(name)
        phi = b.register()
        for version in [*versions, *([old] if old is not None else [])]:
            b.code.append((op.COPY, phi, version))
        state[name] = phi
    return state


def with_(b: Builder, node: ast.With | ast.AsyncWith) -> None:
    """with, async with"""
    following = b.following
    is_async = type(node) is ast.AsyncWith
    entered = []
    for item in node.items:
        first, calls = len(b.sites), b.calls
        b.reads, b.writes = [], []
        inner = expr(b, item.context_expr)
        reg = b.register()
        text = text_of(item.context_expr)
        entered.append(b.site(item.context_expr, "context", text))
        b.code.append((op.ENTER, reg, inner, is_async, entered[-1]))
        if item.optional_vars is not None:
            assign(b, item.optional_vars, reg)
        if b.calls > calls:
            reads, writes = tuple(sorted(set(b.reads))), tuple(sorted(set(b.writes)))
            b.statements.append(Statement(b.blocks, 0, reads, writes, first, len(b.sites)))
            b.statement_lines.append(item.context_expr.lineno)
            b.blocks += 1
    before, mark = dict(b.current), len(b.assignments)
    swallowing = any(swallows(item.context_expr) for item in node.items)
    if swallowing:
        b.tries.append(len(b.frames))
    body(b, node.body)
    b.code += [(op.LEAVE, place, len(b.sites) - 1) for place in entered if place < len(b.sites) - 1]
    if swallowing:
        b.tries.pop()
    if b.dead:
        # the context manager may swallow what left the block
        b.current = interrupted(b, before, mark)
        b.dead = False
        if swallowing:
            open_missed(b, node, following)
    b.join()
