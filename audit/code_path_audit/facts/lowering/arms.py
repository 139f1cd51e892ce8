"""The arms of branches: on which condition each runs, which loops it leaves, and what it makes once and keeps."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.exits import is_end
from code_path_audit.facts.lowering.guards import (
    CLASS,
    MISSING,
    Guard,
    composed,
    fails,
    key_name,
    key_register,
    stored,
)
from code_path_audit.facts.lowering.raised_flags import is_lowered
from code_path_audit.facts.lowering.searches import breaks, ends, goes_on
from code_path_audit.facts.rows import ALWAYS, ANYTHING, KEPT, RARELY, SOMETIMES, Want
from code_path_audit.facts.texts import first_name, text_of


def conditions(failing: tuple[bool, bool], debugging: bool) -> int:
    """The condition of an arm, of which and of whose alternative it is known whether they end in a raise."""
    if failing[0] or debugging:
        return RARELY
    return ALWAYS if failing[1] else SOMETIMES


def open_branch(
    b: Builder, choice: int, nodes: list[ast.stmt], guards: Sequence[Guard] = (), condition: int = SOMETIMES,
    given: int = -1, want: Want = ANYTHING,
) -> None:  # fmt: skip
    """The arm of some statements: what they leave at their end they run once for, and what they make once and keep."""
    found = next((row for guard in guards if (row := made_in(b, nodes, guard)) is not None), None)
    left = kept_for(b, found) if found is not None else 0
    if found is not None and left and not (found.flag and left == KEPT):
        b.open_arm(choice, ALWAYS, left, *place_of(b, found))
        if left == KEPT and not found.target.startswith(CLASS):
            b.kept_in[len(b.arms) - 1] = root(found)[0]
        return
    others = (guard for guard in guards if may_be_filled(b, guard, nodes))
    # a flag that others see is one only as long as nobody sets it to who knows what
    found = found if found is not None and left else next(others, None)
    place, asks, flag = (place_of(b, found), KEPT, found.flag) if found is not None else (NOWHERE, 0, False)
    b.open_arm(choice, condition, loops_left(b, nodes), *place, given, want, asks, flag)


NOWHERE = (-1, "", -1, "")
"""The key, its name, the holder and the target of an arm that keeps nothing."""


def place_of(b: Builder, found: Guard) -> tuple[int, str, int, str]:
    """Where something is kept, as an arm has it."""
    per = key_name(composed(b, found.key))
    key = key_register(b, found.key) if per and (not found.listed or isinstance(found.key, ast.Name)) else -1
    return key, per, holder(b, found), found.target.rpartition(".")[2]


LOOKED_AT, FIRST = 20_000, 100
"""Statements that are looked through in a function for what its guards make; past these the first ones behind each."""


def made_in(b: Builder, nodes: Sequence[ast.stmt], guard: Guard) -> Guard | None:
    """What statements make of what was asked for; None for nothing."""
    b.looked_at += len(nodes)
    if b.looked_at > LOOKED_AT:
        nodes = nodes[:FIRST]
    if guard.flag:
        return guard if is_lowered(b, nodes, guard.target) else None
    return stored(nodes, guard)


def may_be_filled(b: Builder, guard: Guard, nodes: Sequence[ast.stmt]) -> bool:
    """Whether what some statements call may store what was asked for."""
    if guard.noted is not None or guard.held or kept_for(b, guard) != KEPT:
        return False
    return b.anywhere(nodes, calls)


def calls(node: ast.stmt) -> bool:
    """Whether something is called in a statement."""
    return any(isinstance(part, ast.Call) for part in ast.walk(node))


def loops_left(b: Builder, nodes: list[ast.stmt]) -> int:
    """How many of the loops around some statements leave at their end, whatever happens in them."""
    last = nodes[-1] if nodes else None
    if isinstance(last, ast.Return):
        left = len(b.frames)
    elif isinstance(last, ast.Break):
        left = min(len(b.frames), 1)
    elif last is not None and is_end(last):
        # a handler of this function may catch it, in a loop that goes on
        left = len(b.frames) - (b.tries[-1] if b.tries else 0)
    else:
        return 0
    # what jumps before that does not get there
    if left and b.anywhere(nodes, goes_on):
        return 0
    return min(left, 1) if b.anywhere(nodes, breaks) else left


def kept_for(b: Builder, found: Guard) -> int:
    """For how many of the loops around something that is asked for is the same; `KEPT` if it outlives the function."""
    head, is_inside = root(found)
    # an attribute of what the function was given, or an element of that
    is_given = is_inside and head in b.versions and b.versions[head][0] in b.param_registers
    if head not in b.versions or head in b.global_names or head in b.nonlocal_names or is_given:
        return KEPT if b.kind != "module" else spans(b, head)
    if is_inside and is_alias(b, head):
        return KEPT
    return spans(b, head)


def is_alias(b: Builder, name: str) -> bool:
    """Whether a variable of a function stands for something that outlives it: kept = self.kept, caches["names"]."""
    place, _ = b.asked.get(name, ("", None))
    head = first_name(place)
    return bool(head) and b.kind != "module" and (head not in b.versions or b.versions[head][0] in b.param_registers)


def holder(b: Builder, found: Guard) -> int:
    """The parameter whose attribute something is kept in, or that is kept in itself, -1 for none: each object keeps its
    own, and a class, or a default, one for all."""
    if found.target.startswith(CLASS):
        return -1
    head, is_inside = root(found)
    first = b.versions.get(head, (-1,))[0]
    if first not in b.param_registers or head in b.kept_defaults:
        return -1
    return first if is_inside else -1


def root(found: Guard) -> tuple[str, bool]:
    """The name that what is asked for begins with, and whether it is inside of what that holds."""
    return first_name(found.target), bool(found.target.partition(".")[2] or found.key)


def spans(b: Builder, name: str) -> int:
    """The loops around in which a variable has been bound to nothing else so far."""
    reg = b.known(name)
    count = 0
    for frame in reversed(b.frames):
        while reg in b.origin:
            reg = b.origin[reg]
        if reg is None or reg != frame.phis.get(name):
            break
        count += 1
        reg = b.entered[reg]
    return count


def open_handler(b: Builder, choice: int, node: Any, handler: ast.ExceptHandler) -> None:
    """The arm of an exception handler: rarely, but where it says what to do if something is not there, or its body
    always raises."""
    if fails(node.body) and len(node.handlers) == 1:
        open_branch(b, choice, handler.body, (), RARELY if fails(handler.body) else SOMETIMES)
    elif handler.type is None or not says_missing(handler.type):
        open_branch(b, choice, handler.body, (), RARELY)
    else:
        open_branch(b, choice, handler.body, missed(node), RARELY if fails(handler.body) else SOMETIMES)


def condition_behind(node: ast.stmt, rest: Sequence[ast.stmt]) -> int:
    """The condition of what follows a statement that may leave the block: rarely where that is on the way to a raise,
    and where nothing gets there but what went wrong."""
    return RARELY if fails(rest) or is_left_unless_failed(node) else SOMETIMES


def is_left_unless_failed(node: ast.stmt) -> bool:
    """Whether a statement is left otherwise than at its end, unless something goes wrong in it: try: return load(),
    except OSError: pass; and a loop whose rounds are of that kind. That something is not there is an answer."""
    if isinstance(node, ast.Try):
        going_on = [handler for handler in node.handlers if not ends(handler.body)]
        return (
            bool(going_on)
            and (ends(node.body) or ends(node.orelse))
            and not fails(node.body)
            and not any(handler.type is not None and says_missing(handler.type) for handler in going_on)
        )
    if not isinstance(node, ast.For | ast.AsyncFor | ast.While) or node.orelse:
        return False
    for part in node.body:
        if isinstance(part, ast.Try) and is_left_unless_failed(part):
            return not any(goes_on(inside, ast.Break) for inside in (*part.body, *part.orelse))
        if goes_on(part) or goes_on(part, ast.Break):
            return False
    return False


def says_missing(node: ast.expr) -> bool:
    """Whether an exception, or one of several, says that something is not there."""
    return any(text_of(part) in MISSING for part in (node.elts if isinstance(node, ast.Tuple) else [node]))


def missed(node: Any) -> list[Guard]:
    """try: return cache[key] except KeyError: what the handler makes is asked for in the try."""
    first = node.body[0]
    value = getattr(first, "value", None)
    if isinstance(value, ast.Subscript):
        text = text_of(value.value)
        return [Guard(text, value.slice, True)] if text else []
    if isinstance(value, ast.Attribute):
        text = text_of(value)
        return [Guard(text, None, True)] if text else []
    return []


def open_missed(b: Builder, node: Any, following: tuple[list[ast.stmt], int]) -> None:
    """try: return cache[key] except KeyError: pass, and what follows makes it: the arm of what follows. So it is of
    `with suppress(KeyError)`."""
    nodes, place = following
    if isinstance(node, ast.Try):
        if len(node.handlers) != 1 or node.handlers[0].type is None or not says_missing(node.handlers[0].type):
            return
    elif not any(map(says_missing, node.items[0].context_expr.args)):
        return
    found = missed(node)
    if any(made_in(b, nodes[place:], row) for row in found):
        open_branch(b, b.choice(), nodes[place:], found)
