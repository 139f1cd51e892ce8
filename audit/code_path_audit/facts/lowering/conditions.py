"""Conditions: truth, and, or, if-expressions, and what isinstance() and callable() say of variables afterwards."""

from __future__ import annotations

import ast

from code_path_audit.facts import opcodes as op
from code_path_audit.facts.lowering.arms import open_branch
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.dispatch import expr, yields
from code_path_audit.facts.lowering.flags import asked_of
from code_path_audit.facts.lowering.guards import Guard, asked, guards_of, listed, stored
from code_path_audit.facts.lowering.requests_asked import only, requests_of
from code_path_audit.facts.rows import SOMETIMES, CallSite, Told

TESTED = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.NamedExpr, ast.Await, ast.BinOp)


def truth(b: Builder, node: ast.AST, reg: int) -> None:
    """A value used as a condition calls `__bool__` or `__len__`."""
    if type(node) in TESTED:
        b.code.append((op.TRUTH, reg, b.site(node, "operator", "__bool__")))


def test(b: Builder, node: ast.expr) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """A condition. Returns what holds of variables where it is true, and where it is false.

    Each row is (name, register of the narrowed version, register that it came from).
    """
    if type(node) is ast.UnaryOp and type(node.op) is ast.Not:
        true, false = test(b, node.operand)
        return false, true
    if type(node) is ast.BoolOp:
        return bool_op_test(b, node)
    reg = expr(b, node)
    if type(node) is ast.Call:
        found = narrowing(b, node)
        if not any(found):
            truth(b, node, reg)
        return found
    if type(node) is ast.Compare:
        return membership(b, node)
    truth(b, node, reg)
    told = told_before(b, node.id) if type(node) is ast.Name else None
    return ([], []) if told is None else narrowed(b, told)


def bool_op_test(b: Builder, node: ast.BoolOp) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """`and`: what each operand says holds in the next, and all of it where the whole is true; `or` the other way."""
    conjunction = type(node.op) is ast.And
    before = dict(b.current)
    gathered: list[tuple[str, int, int]] = []
    of_requests = []
    for index, value in enumerate(node.values):
        b.conditional += index > 0
        b.optional += index > 0
        true, false = test(b, value)
        if index < len(node.values) - 1 and (which := requests_of(value)) is not None:
            only(b, which, 0 if conjunction else 1)  # what follows is asked for of these requests alone
            of_requests.append(which)
        b.conditional -= index > 0
        b.optional -= index > 0
        held = true if conjunction else false
        for name_, reg, origin in held:
            b.narrow(name_, reg, origin)
        gathered += held
    for which in of_requests:
        only(b, which, -1)
    for name_, _, _ in gathered:
        if name_ in before:
            b.current[name_] = before[name_]
        else:
            b.current.pop(name_, None)
    b.join()
    return (gathered, []) if conjunction else ([], gathered)


def narrowing(b: Builder, node: ast.Call) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """What a call says of a variable that it was just asked for."""
    found = told_by(b, node)
    return ([], []) if found is None else narrowed(b, found)


def narrowed(b: Builder, told: Told) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """The versions of a variable where what is told of it is true, and where it is false."""
    source = b.read(told.name)
    rows: list[list[tuple[str, int, int]]] = []
    for polarity in (told.true, told.false):
        rows.append([])
        if polarity:
            reg = b.register()
            b.code.append((op.NARROW, reg, source, polarity, told.against))
            rows[-1].append((told.name, reg, source))
    return rows[0], rows[1]


def told_by(b: Builder, node: ast.Call) -> Told | None:
    """isinstance(x, C), callable(x) and iscoroutinefunction(x) of a variable; issubclass(), isclass(),
    x.startswith(text), x.isupper() where true. The call is the last that was read."""
    func, arguments = node.func, node.args
    if type(func) is ast.Attribute and type(func.value) is ast.Name and func.attr in ("startswith", "isupper"):
        if (func.attr == "startswith") != bool(arguments):
            return None
        polarity, against = ("starts", called(b).arguments[0].reg) if arguments else ("upper", -1)
        return Told(func.value.id, version(b, func.value.id), polarity, "", against)
    if not arguments or type(arguments[0]) is not ast.Name or node.keywords:
        return None
    name = arguments[0].id
    asked = func.attr if type(func) is ast.Attribute else func.id if type(func) is ast.Name else ""
    if asked in ("issubclass", "isclass") and len(arguments) == 1 + (asked == "issubclass"):
        against = called(b).arguments[1].reg if len(arguments) == 2 else -1
        return Told(name, version(b, name), "class", "", against)
    if asked == "iscoroutinefunction" and len(arguments) == 1:
        return Told(name, version(b, name), "async", "plain", -1)
    if type(func) is ast.Name and func.id == "isinstance" and len(arguments) == 2:
        return Told(name, version(b, name), "is", "not", called(b).arguments[1].reg)
    if type(func) is ast.Name and func.id == "callable" and len(arguments) == 1:
        return Told(name, version(b, name), "is", "not", -1)
    return None


def called(b: Builder) -> CallSite:
    """The call that was read last; `not` asks what it gives for its truth behind it."""
    return next(site for site in reversed(b.sites) if site.kind == "call")


def version(b: Builder, name: str) -> int:
    """The register that a variable was bound to, in this round of the loops around, whatever was told of it since."""
    reg = b.read(name)
    while reg in b.origin:
        reg = b.origin[reg]
    return reg


def bind_told(b: Builder, name: str, value: ast.expr) -> None:
    """A variable is bound to what a call says of another, or to the opposite: is_class = isinstance(x, type)."""
    negated = False
    while type(value) is ast.UnaryOp and type(value.op) is ast.Not:
        value, negated = value.operand, not negated
    found = None
    if type(value) is ast.Name:
        found = b.told.get(version(b, value.id))
    elif type(value) is ast.Call:
        found = told_by(b, value)
    if found is not None and found.name != name:
        b.told[version(b, name)] = found._replace(true=found.false, false=found.true) if negated else found


def told_before(b: Builder, name: str) -> Told | None:
    """What a variable that is asked for was bound to say of another, which is still what it was."""
    found = b.told.get(version(b, name)) if b.told else None
    return found if found is not None and version(b, found.name) == found.version else None


CONTAINERS = (ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Set)
"""What stands behind `in` where the elements may be known."""


def membership(b: Builder, node: ast.Compare) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """name in CONTAINER: it is one of the elements where that is true."""
    if type(node.left) is not ast.Name or len(node.ops) > 1 or type(node.comparators[0]) not in CONTAINERS:
        return [], []
    is_in = type(node.ops[0]) is ast.In
    compared = next((row for row in reversed(b.code[-2:]) if row[0] == op.COMPARE), None)
    if compared is None or not (is_in or type(node.ops[0]) is ast.NotIn):
        return [], []
    source, reg = b.read(node.left.id), b.register()
    b.code.append((op.NARROW, reg, source, "in", compared[3]))
    held = [(node.left.id, reg, source)]
    return (held, []) if is_in else ([], held)


def bool_op(b: Builder, node: ast.BoolOp) -> int:
    """and, or: the value of one of the operands."""
    reg = b.register()
    before = dict(b.current)
    conjunction = type(node.op) is ast.And
    around = b.arm, b.optional
    for index, value in enumerate(node.values):
        b.conditional += index > 0
        b.optional += index > 0
        last = index == len(node.values) - 1
        if last and not conjunction:
            make(b, node, listed(asked(b, node.values[0])))
        if not last and isinstance(value, ast.Call | ast.Compare):
            inner = expr(b, value)
            true, false = narrowing(b, value) if isinstance(value, ast.Call) else membership(b, value)
            for row in true if conjunction else false:
                b.narrow(*row)
        else:
            inner = expr(b, value)
        if not last:
            truth(b, value, inner)
        b.conditional -= index > 0
        b.arm, b.optional = around
        b.code.append((op.COPY, reg, inner))
    restore(b, before)
    b.join()
    return reg


def make(b: Builder, value: ast.expr, guards: list[Guard]) -> bool:
    """self.rows = self.rows or load(), return kept.get(kind) or kept.setdefault(kind, load()): the arm of what is made
    where it is not there; false where nothing is kept."""
    statement = b.assigning if b.assigning is not None and b.assigning.value is value else ast.Expr(value)
    found = [row for row in guards if stored([statement], row) is not None]
    if not found:
        return False
    optional, b.optional = b.optional, 0
    open_branch(b, b.choice(), [statement], found)
    if b.arms[-1].left == 0:
        b.optional = optional
    return True


def restore(b: Builder, before: dict[str, int]) -> None:
    """Forget what a condition said of variables, but keep what it assigned (walrus)."""
    for name_, reg in list(b.current.items()):
        old = before.get(name_)
        while reg != old and reg in b.origin:
            reg = b.origin[reg]
        b.current[name_] = reg


def if_exp(b: Builder, node: ast.IfExp) -> int:
    """x if c else y; of a constant c the one of them that is meant."""
    if type(node.test) is ast.Constant:
        meant, left_out = (node.body, node.orelse) if node.test.value else (node.orelse, node.body)
        b.is_generator = b.is_generator or yields(left_out)
        return expr(b, meant)
    param, *wants = asked_of(b, node.test)
    true, false = test(b, node.test)
    guards, which = guards_of(b, node.test), requests_of(node.test)
    reg = b.register()
    before = b.current
    states = []
    b.conditional += 1
    around, choice = (b.arm, b.optional), b.choice()
    for value, held, wanted in ((node.body, true, wants[0]), (node.orelse, false, wants[1])):
        asks = [row for row in guards if row.missing == (value is node.body)]
        if not make(b, node, asks):
            b.open_arm(choice, SOMETIMES, given=param, want=wanted)
        b.optional = 0
        b.join()
        b.current = dict(before)
        for row in held:
            b.narrow(*row)
        only(b, which, 0 if value is node.body else 1)
        b.code.append((op.COPY, reg, expr(b, value)))
        only(b, which, -1)
        states.append(b.current)
        b.arm, b.optional = around
    b.conditional -= 1
    b.current = b.merge(states[0], states[1])
    return reg
