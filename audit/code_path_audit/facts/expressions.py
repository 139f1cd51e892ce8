"""Expressions to instructions: each function takes a builder and a node, and returns the register of its value."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from code_path_audit.facts import code as op
from code_path_audit.facts.builder import Builder
from code_path_audit.facts.model import Argument

TEXT_LIMIT = 60
LARGEST_INT = 2**62
"""Larger numbers are an int like any other: they are no index and no bound of a loop."""

BINARY = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.MatMult: "matmul", ast.Div: "truediv", ast.Mod: "mod",
    ast.Pow: "pow", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitOr: "or", ast.BitXor: "xor",
    ast.BitAnd: "and", ast.FloorDiv: "floordiv",
}  # fmt: skip
UNARY = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}
COMPARE = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
    ast.In: "contains", ast.NotIn: "contains",
}  # fmt: skip
MUTATORS = frozenset(
    "append extend insert add update pop popitem remove discard clear setdefault sort reverse appendleft extendleft "
    "popleft rotate intersection_update difference_update symmetric_difference_update".split()
)


def text_of(node: ast.AST, depth: int = 8) -> str:
    """A short source form of a simple expression, "" where it is not simple."""
    kind = type(node)
    if kind is ast.Name:
        return node.id  # type: ignore[attr-defined, no-any-return]
    if kind is ast.Attribute:
        head = text_of(node.value, depth - 1) if depth else ""  # type: ignore[attr-defined]
        return f"{head}.{node.attr}" if head else ""  # type: ignore[attr-defined]
    if kind is ast.Constant:
        return literal_text(node.value)  # type: ignore[attr-defined]
    if kind is ast.Call and depth:
        head = text_of(node.func, depth - 1)  # type: ignore[attr-defined]
        return f"{head}()" if head else ""
    if kind is ast.Subscript and depth:
        head = text_of(node.value, depth - 1)  # type: ignore[attr-defined]
        return f"{head}[]" if head else ""
    return ""


def literal_text(value: object) -> str:
    """The source form of a literal, "" for a long one: numbers of thousands of digits have none at all."""
    if (isinstance(value, int) and abs(value) > LARGEST_INT) or (isinstance(value, str | bytes) and len(value) > TEXT_LIMIT):
        return ""
    text = repr(value)
    return text if len(text) <= TEXT_LIMIT else ""


def argument_text(node: ast.AST, depth: int = 4) -> str:
    """Like `text_of`, but exact: two arguments with the same text read the same names in the same way."""
    kind = type(node)
    if kind is ast.Name:
        return node.id  # type: ignore[attr-defined, no-any-return]
    if kind is ast.Constant:
        return literal_text(node.value)  # type: ignore[attr-defined]
    if kind is ast.Attribute and depth:
        head = argument_text(node.value, depth - 1)  # type: ignore[attr-defined]
        return f"{head}.{node.attr}" if head else ""  # type: ignore[attr-defined]
    return ""


SHAPES = {
    ast.Constant: "literal", ast.Name: "name", ast.Attribute: "attribute", ast.Call: "call", ast.Lambda: "lambda",
    ast.List: "container", ast.Tuple: "container", ast.Dict: "container", ast.Set: "container",
    ast.ListComp: "container", ast.DictComp: "container", ast.SetComp: "container",
}  # fmt: skip


def constant(b: Builder, node: ast.Constant) -> int:
    """A literal."""
    value = node.value
    reg = b.register()
    kind = type(value)
    if kind is str:
        b.code.append((op.STR, reg, value))
    elif kind is int and -LARGEST_INT < value < LARGEST_INT:
        b.code.append((op.INT, reg, value))
    elif kind is bytes:
        b.code.append((op.PRIM, reg, "builtins.bytes", len(value)))
    elif value is None:
        b.code.append((op.PRIM, reg, "builtins.None"))
    else:
        b.code.append((op.PRIM, reg, "builtins." + kind.__name__))
    return reg


def name(b: Builder, node: ast.Name) -> int:
    """A name that is read."""
    b.reads.append(node.id)
    return b.read(node.id)


def attribute(b: Builder, node: ast.Attribute) -> int:
    """An attribute that is read: a call where it is a property."""
    base = expr(b, node.value)
    path = text_of(node, 5)
    if path:
        b.reads.append(path)
    reg = b.register()
    b.code.append((op.ATTR, reg, base, node.attr, b.site(node, "property", path or node.attr)))
    return reg


def call(b: Builder, node: ast.Call, kind: str = "call", awaited: bool = False) -> int:
    """A call as written."""
    func = node.func
    callee = expr(b, func)
    positional: list[int] = []
    keywords: list[tuple[str | None, int]] = []
    rows: list[Argument] = []
    for argument in node.args:
        if type(argument) is ast.Starred:
            reg = expr(b, argument.value)
            positional.append(~reg)
            rows.append(Argument("*", SHAPES.get(type(argument.value), "other"), argument_text(argument.value), reg))
        else:
            reg = expr(b, argument)
            positional.append(reg)
            rows.append(Argument(None, SHAPES.get(type(argument), "other"), argument_text(argument), reg))
    for keyword in node.keywords:
        reg = expr(b, keyword.value)
        keywords.append((keyword.arg, reg))
        shape = SHAPES.get(type(keyword.value), "other")
        rows.append(Argument(keyword.arg or "**", shape, argument_text(keyword.value), reg))
    text = text_of(func)
    site = b.call_site(node, kind, text, tuple(rows), awaited)
    reg = b.register()
    b.code.append((op.CALL, reg, callee, tuple(positional), tuple(keywords), site))
    b.called.add(callee)
    b.passed[reg] = tuple(positional)
    if type(func) is ast.Attribute and func.attr in MUTATORS:
        target = text_of(func.value)
        if target and is_shared(b, func.value):
            b.mutation("container_mutate", qualified(b, target), site, base_register(b, callee), node.lineno)
            b.writes.append(target)
    return reg


def base_register(b: Builder, callee: int) -> int:
    """The receiver of the attribute read that made `callee`."""
    for instruction in reversed(b.code):
        if instruction[0] == op.ATTR and instruction[1] == callee:
            return int(instruction[2])
    return -1


def is_shared(b: Builder, node: ast.AST) -> bool:
    """Whether what the expression names may be seen outside of the function: not a variable of its own."""
    while type(node) in (ast.Attribute, ast.Subscript):
        node = node.value  # type: ignore[attr-defined]
    if type(node) is not ast.Name:
        return False
    if b.kind == "module":
        return True
    versions = b.versions.get(node.id, ())
    return not versions or node.id in b.global_names or versions[0] in b.param_registers


def qualified(b: Builder, target: str) -> str:
    """The target of a mutation in the design's form: "self.history", "module.events"."""
    head = target.partition(".")[0].partition("[")[0]
    if b.kind == "module" or head in b.global_names or head not in b.versions:
        return f"{b.module}.{target}"
    return target


def awaited(b: Builder, node: ast.Await) -> int:
    """await: the value of a coroutine."""
    inner = call(b, node.value, awaited=True) if type(node.value) is ast.Call else expr(b, node.value)
    reg = b.register()
    b.code.append((op.AWAIT, reg, inner, b.site(node, "call", "await")))
    return reg


def binary(b: Builder, node: ast.BinOp) -> int:
    """A binary operator; long chains (a + b + c ...) are read without recursion."""
    chain = [node]
    while type(chain[-1].left) is ast.BinOp:
        chain.append(chain[-1].left)
    left = expr(b, chain[-1].left)
    for row in reversed(chain):
        right = expr(b, row.right)
        reg = b.register()
        operator = BINARY[type(row.op)]
        b.code.append((op.BINARY, reg, operator, left, right, b.site(row, "operator", f"__{operator}__")))
        left = reg
    return left


def unary(b: Builder, node: ast.UnaryOp) -> int:
    """A unary operator."""
    operand = expr(b, node.operand)
    if type(node.op) is ast.Not:
        truth(b, node.operand, operand)
        return primitive(b, "builtins.bool")
    if type(node.operand) is ast.Constant and type(node.operand.value) is int and type(node.op) is ast.USub and (
        node.operand.value < LARGEST_INT
    ):
        reg = b.register()
        b.code.append((op.INT, reg, -node.operand.value))
        return reg
    reg = b.register()
    operator = UNARY[type(node.op)]
    b.code.append((op.UNARY, reg, operator, operand, b.site(node, "operator", f"__{operator}__")))
    return reg


def primitive(b: Builder, dotted: str) -> int:
    """A register with an instance of a builtin class."""
    reg = b.register()
    b.code.append((op.PRIM, reg, dotted))
    return reg


TESTED = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)


def truth(b: Builder, node: ast.AST, reg: int) -> None:
    """A value used as a condition calls `__bool__` or `__len__`."""
    if type(node) in TESTED:
        b.code.append((op.TRUTH, reg, b.site(node, "operator", "__bool__")))


def test(b: Builder, node: ast.expr) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """A condition. Returns what holds of variables where it is true, and where it is false: (name, register, origin)."""
    kind = type(node)
    if kind is ast.UnaryOp and type(node.op) is ast.Not:  # type: ignore[attr-defined]
        true, false = test(b, node.operand)  # type: ignore[attr-defined]
        return false, true
    if kind is ast.BoolOp:
        return bool_op_test(b, node)  # type: ignore[arg-type]
    reg = expr(b, node)
    if kind is ast.Call:
        return narrowing(b, node)  # type: ignore[arg-type]
    truth(b, node, reg)
    return [], []


def bool_op_test(b: Builder, node: ast.BoolOp) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """`and`: what each operand says holds in the next, and all of it where the whole is true; `or` the other way round."""
    conjunction = type(node.op) is ast.And
    before = dict(b.current)
    gathered: list[tuple[str, int, int]] = []
    for index, value in enumerate(node.values):
        b.conditional += index > 0
        true, false = test(b, value)
        b.conditional -= index > 0
        held = true if conjunction else false
        for name_, reg, origin in held:
            b.narrow(name_, reg, origin)
        gathered += held
    for name_, _, _ in gathered:
        if name_ in before:
            b.current[name_] = before[name_]
        else:
            b.current.pop(name_, None)
    return (gathered, []) if conjunction else ([], gathered)


def narrowing(b: Builder, node: ast.Call) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """isinstance(x, C) and callable(x) of a variable."""
    func, arguments = node.func, node.args
    if type(func) is not ast.Name or not arguments or type(arguments[0]) is not ast.Name or node.keywords:
        return [], []
    source = b.read(arguments[0].id)
    if func.id == "isinstance" and len(arguments) == 2:
        against = b.sites[-1].arguments[1].reg
    elif func.id == "callable" and len(arguments) == 1:
        against = -1
    else:
        return [], []
    rows = []
    for polarity in ("is", "not"):
        reg = b.register()
        b.code.append((op.NARROW, reg, source, polarity, against))
        rows.append([(arguments[0].id, reg, source)])
    return rows[0], rows[1]


def bool_op(b: Builder, node: ast.BoolOp) -> int:
    """and, or: the value of one of the operands."""
    reg = b.register()
    before = dict(b.current)
    conjunction = type(node.op) is ast.And
    for index, value in enumerate(node.values):
        b.conditional += index > 0
        last = index == len(node.values) - 1
        if not last and type(value) is ast.Call:
            inner = expr(b, value)
            true, false = narrowing(b, value)
            for row in true if conjunction else false:
                b.narrow(*row)
        else:
            inner = expr(b, value)
        if not last:
            truth(b, value, inner)
        b.conditional -= index > 0
        b.code.append((op.COPY, reg, inner))
    restore(b, before)
    return reg


def restore(b: Builder, before: dict[str, int]) -> None:
    """Forget what a condition said of variables, but keep what it assigned (walrus)."""
    for name_, reg in list(b.current.items()):
        old = before.get(name_)
        while reg != old and reg in b.origin:
            reg = b.origin[reg]
        b.current[name_] = reg


def if_exp(b: Builder, node: ast.IfExp) -> int:
    """x if c else y."""
    true, false = test(b, node.test)
    reg = b.register()
    before = b.current
    states = []
    b.conditional += 1
    for value, held in ((node.body, true), (node.orelse, false)):
        b.current = dict(before)
        for row in held:
            b.narrow(*row)
        b.code.append((op.COPY, reg, expr(b, value)))
        states.append(b.current)
    b.conditional -= 1
    b.current = b.merge(states[0], states[1])
    return reg


def compare(b: Builder, node: ast.Compare) -> int:
    """Comparisons and `in`; `is` calls nothing."""
    left = expr(b, node.left)
    for operation, right_node in zip(node.ops, node.comparators, strict=True):
        right = expr(b, right_node)
        operator = COMPARE.get(type(operation))
        if operator is not None:
            site = b.site(node, "operator", f"__{operator}__")
            a, c = (right, left) if operator == "contains" else (left, right)
            b.code.append((op.COMPARE, b.register(), operator, a, c, site))
        left = right
    return primitive(b, "builtins.bool")


def subscript(b: Builder, node: ast.Subscript) -> int:
    """x[key] and x[a:b]."""
    base = expr(b, node.value)
    path = text_of(node.value, 5)
    if path:
        b.reads.append(path)
    if type(node.slice) is ast.Slice:
        for part in (node.slice.lower, node.slice.upper, node.slice.step):
            if part is not None:
                expr(b, part)
        reg = b.register()
        b.code.append((op.SLICE, reg, base, b.site(node, "operator", "__getitem__")))
        return reg
    key = expr(b, node.slice)
    reg = b.register()
    b.code.append((op.ITEM, reg, base, key, b.site(node, "operator", "__getitem__")))
    return reg


def elements(b: Builder, nodes: list[ast.expr]) -> tuple[int, ...]:
    """The registers of the elements of a display; ~r for an unpacked one."""
    return tuple(~expr(b, n.value) if type(n) is ast.Starred else expr(b, n) for n in nodes)


def list_display(b: Builder, node: ast.List) -> int:
    """[a, *b]"""
    values = elements(b, node.elts)
    reg = b.register()
    b.code.append((op.LIST, reg, values))
    return reg


def tuple_display(b: Builder, node: ast.Tuple) -> int:
    """(a, *b)"""
    values = elements(b, node.elts)
    reg = b.register()
    b.code.append((op.TUPLE, reg, values))
    return reg


def set_display(b: Builder, node: ast.Set) -> int:
    """{a, *b}"""
    values = elements(b, node.elts)
    reg = b.register()
    b.code.append((op.SET, reg, values))
    return reg


def dict_display(b: Builder, node: ast.Dict) -> int:
    """{k: v, **d}"""
    pairs = tuple(
        (expr(b, key) if key is not None else -1, expr(b, value))
        for key, value in zip(node.keys, node.values, strict=True)
    )
    reg = b.register()
    b.code.append((op.DICT, reg, pairs))
    return reg


def joined(b: Builder, node: Any) -> int:
    """An f-string formats its values."""
    for part in node.values:
        if type(part) is ast.FormattedValue:
            formatted(b, part)
        elif type(part) is not ast.Constant:
            expr(b, part)
    reg = b.register()
    first = node.values[0] if node.values else None
    prefix = first.value if type(first) is ast.Constant and type(first.value) is str else ""
    if len(node.values) == 1 and prefix:
        b.code.append((op.STR, reg, prefix))
    else:
        b.code.append((op.PRIM, reg, "builtins.str", prefix[:TEXT_LIMIT]))
    return reg


def formatted(b: Builder, part: ast.FormattedValue) -> None:
    """{value!r:spec}"""
    value = expr(b, part.value)
    method = {114: "__repr__", 115: "__str__", 97: "__repr__"}.get(part.conversion, "__format__")
    if type(part.value) is not ast.Constant:
        b.code.append((op.FORMAT, method, value, b.site(part, "operator", method)))
    if part.format_spec is not None:
        joined(b, part.format_spec)


def named(b: Builder, node: ast.NamedExpr) -> int:
    """(x := value)"""
    reg = expr(b, node.value)
    copy = b.register()
    b.code.append((op.COPY, copy, reg))
    b.write(node.target.id, copy)
    return copy


def yielded(b: Builder, node: ast.Yield) -> int:
    """yield"""
    b.is_generator = True
    value = expr(b, node.value) if node.value is not None else primitive(b, "builtins.None")
    reg = b.register()
    b.code.append((op.YIELD, reg, value))
    return reg


def yielded_from(b: Builder, node: ast.YieldFrom) -> int:
    """yield from"""
    b.is_generator = True
    value = expr(b, node.value)
    reg = b.register()
    b.code.append((op.YIELD_FROM, reg, value, b.site(node, "iterate", text_of(node.value) or "yield from")))
    return reg


def starred(b: Builder, node: ast.Starred) -> int:
    """*x where it is neither an argument nor an element (subscripts)."""
    return expr(b, node.value)


def slice_value(b: Builder, node: ast.Slice) -> int:
    """a:b inside a tuple of subscripts."""
    for part in (node.lower, node.upper, node.step):
        if part is not None:
            expr(b, part)
    return primitive(b, "builtins.slice")


EXPRESSIONS: dict[type, Callable[[Builder, Any], int]] = {
    ast.Constant: constant, ast.Name: name, ast.Attribute: attribute, ast.Call: call, ast.Await: awaited,
    ast.BinOp: binary, ast.UnaryOp: unary, ast.BoolOp: bool_op, ast.IfExp: if_exp, ast.Compare: compare,
    ast.Subscript: subscript, ast.List: list_display, ast.Tuple: tuple_display, ast.Set: set_display,
    ast.Dict: dict_display, ast.JoinedStr: joined, ast.NamedExpr: named, ast.Yield: yielded,
    ast.YieldFrom: yielded_from, ast.Starred: starred, ast.Slice: slice_value,
}  # fmt: skip
"""Comprehensions and lambdas are added by the modules that read them; template strings where the version has them."""


def expr(b: Builder, node: ast.expr) -> int:
    """The register of an expression's value."""
    handler = EXPRESSIONS.get(type(node))
    if handler is None:
        return primitive(b, "builtins.object")
    return handler(b, node)
