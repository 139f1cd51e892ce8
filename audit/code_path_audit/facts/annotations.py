"""Annotations to compact type expressions: the `Type` of `facts.model`, bounded against hostile input."""

import ast
import warnings

from code_path_audit.facts.rows import Type

UNKNOWN: Type = ("unknown",)
ELLIPSIS: Type = ("name", "...")
"""What `...` in a type becomes, as in Callable[..., X] and tuple[X, ...]: no identifier, so nothing else has it."""

_MAX_DEPTH = 24
_MAX_NODES = 400
_MAX_TEXT = 2_000
_MAX_LITERAL = 200


def type_of(node: ast.expr | None) -> Type:
    """The type expression of an annotation, names as written; ("unknown",) for what is no type, or too large to be one.

    Strings are forward references, but not inside Literal[...]. Of Annotated[T, ...] T is kept, and what is injected:
    `Depends(f)` as Depends[f]. `*Ts` in a subscript becomes Unpack[Ts].
    """
    if node is None:
        return UNKNOWN
    if type(node) is ast.Name:
        return ("name", node.id)
    return _convert(node, 0, [_MAX_NODES])


def type_of_name(text: str) -> Type:
    """A dotted name ("a.b.C") as the type that it would be."""
    head, *rest = text.split(".")
    found: Type = ("name", head)
    for part in rest:
        found = ("attr", found, part)
    return found


def dotted(type: Type) -> str:
    """The dotted name that a type expression consists of ("a.b.C"), "" where it is anything else."""
    parts = []
    while type and type[0] == "attr":
        parts.append(type[2])
        type = type[1]
    if not type or type[0] != "name":
        return ""
    parts.append(type[1])
    return ".".join(reversed(parts))


def _convert(node: ast.expr, depth: int, budget: list[int]) -> Type:
    budget[0] -= 1
    if depth > _MAX_DEPTH or budget[0] < 0:
        return UNKNOWN
    match node:
        case ast.Name(id=name):
            return ("name", name)
        case ast.Attribute(value=value, attr=attr):
            base = _convert(value, depth + 1, budget)
            return UNKNOWN if base == UNKNOWN else ("attr", base, attr)
        case ast.Subscript(value=value, slice=index):
            return _subscript(_convert(value, depth + 1, budget), index, depth, budget)
        case ast.BinOp(op=ast.BitOr()):
            return _alternatives(node, depth, budget)
        case ast.Constant(value=str(text)):
            return _forward(text, depth, budget)
        case ast.Constant() | ast.UnaryOp():
            return _constant(node)
        case ast.List(elts=items):
            return ("list", tuple([_convert(item, depth + 1, budget) for item in items[:_MAX_NODES]]))
        case ast.Starred(value=value):
            return ("sub", ("name", "Unpack"), (_convert(value, depth + 1, budget),))
    return UNKNOWN


def _subscript(base: Type, index: ast.expr, depth: int, budget: list[int]) -> Type:
    if base == UNKNOWN:
        return UNKNOWN
    items = index.elts[:_MAX_NODES] if isinstance(index, ast.Tuple) else [index]
    name = base[-1]
    if name == "Literal":
        return ("sub", base, tuple([_literal(item, depth + 1, budget) for item in items]))
    if name == "Annotated":
        injected = [_injected(item, depth + 1, budget) for item in items[1:]]
        first = [_convert(item, depth + 1, budget) for item in items[:1]]
        return ("sub", base, (*first, *(item for item in injected if item is not None)))
    return ("sub", base, tuple([_convert(item, depth + 1, budget) for item in items]))


INJECTING = ("Depends", "Security")
"""What says, within Annotated, that a function or a class gives the value."""


def _injected(node: ast.expr, depth: int, budget: list[int]) -> Type | None:
    """Depends(f), as Depends[f]; None for other things that stand beside a type."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
        return None
    called = _convert(node.func, depth, budget)
    if called[-1] not in INJECTING:
        return None
    given = [*node.args, *(word.value for word in node.keywords if word.arg == "dependency")]
    return ("sub", called, tuple([_convert(item, depth, budget) for item in given[:1]]))


def _alternatives(node: ast.expr, depth: int, budget: list[int]) -> Type:
    """`a | b | c`, which nests to the left, without recursion; once the budget is spent, the rest is unknown."""
    found: list[Type] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and budget[0] > 0:
        found.append(_convert(node.right, depth + 1, budget))
        node = node.left
    found.append(_convert(node, depth + 1, budget) if not isinstance(node, ast.BinOp) else UNKNOWN)
    return ("or", tuple(reversed(found)))


def _literal(node: ast.expr, depth: int, budget: list[int]) -> Type:
    if isinstance(node, ast.Constant | ast.UnaryOp):
        budget[0] -= 1
        return _constant(node) if budget[0] >= 0 else UNKNOWN
    return _convert(node, depth, budget)  # an enum's member, or another Literal


def _constant(node: ast.expr) -> Type:
    sign = 1
    if isinstance(node, ast.UnaryOp):
        if not isinstance(node.op, ast.USub):
            return UNKNOWN
        sign, node = -1, node.operand
    if not isinstance(node, ast.Constant):
        return UNKNOWN
    value = node.value
    if value is None:
        return ("none",) if sign == 1 else UNKNOWN
    if value is ...:
        return ELLIPSIS if sign == 1 else UNKNOWN
    if isinstance(value, bool):
        return ("const", value) if sign == 1 else UNKNOWN
    if isinstance(value, int) and value < 2**63:
        return ("const", sign * value)
    if isinstance(value, str) and sign == 1 and len(value) <= _MAX_LITERAL:
        return ("const", value)
    return UNKNOWN


def _forward(text: str, depth: int, budget: list[int]) -> Type:
    if text.isidentifier():
        return ("none",) if text == "None" else ("name", text)
    if len(text) > _MAX_TEXT or not text.strip():
        return UNKNOWN
    try:
        with warnings.catch_warnings():  # an odd escape in the source is not our reader's business
            warnings.simplefilter("ignore")
            node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return UNKNOWN
    return _convert(node, depth + 1, budget)
