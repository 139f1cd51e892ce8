"""What a parser is given: a text, a stream that is opened for it alone, or one that others read too."""

from __future__ import annotations

import ast

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.syntax import Spot, nodes_of

MODULES_WITH_OPEN = frozenset(("io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "builtins.open"))

GIVE_TEXT = frozenset((
    "read_text", "read_bytes", "decode", "encode", "format", "join", "strip", "lstrip", "rstrip", "lower", "upper",
    "replace", "removeprefix", "removesuffix", "dedent", "dumps", "getvalue", "read",
))  # fmt: skip
"""Methods and functions that give a text or bytes, whatever they are called of."""

TAKE_APART = frozenset(("split", "rsplit", "partition", "rpartition", "splitlines"))
"""Methods of texts whose elements are texts."""

TEXTS = frozenset(("str", "bytes", "bytearray"))


def opens_for_reading(traced: Traced, op: ExpensiveOp, spot: Spot) -> bool:
    """Whether an op opens a file to read it."""
    return (
        op.callee.rpartition(".")[2] == "open" and base_class_of(op) == "file_io" and mode_of(spot) in ("r", "rb", "rt")
    )


def mode_of(spot: Spot) -> str:
    """The mode that a file is opened in; "" where it is not constant."""
    node = spot.node
    place = 0 if isinstance(node.func, ast.Attribute) and ast.unparse(node.func) not in MODULES_WITH_OPEN else 1
    given = next((row.value for row in node.keywords if row.arg == "mode"), None)
    if given is None and len(node.args) > place:
        given = node.args[place]
    if given is None:
        return "r"
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""


def consumes_nothing(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether a function that may read on in a stream is given a text, or a file that is opened for it alone."""
    spot = traced.spot(op)
    if spot is None or not spot.node.args:
        return False
    given = spot.node.args[0]
    return is_text(spot.file.tree, spot.scope, given, DEPTH) or opened_for(traced, op, given) is not None


def opened_for(traced: Traced, op: ExpensiveOp, node: ast.expr) -> ExpensiveOp | None:
    """The op that opens a file to read it, where that is what a call is given: json.load(open(path))."""
    other = traced.op_of(op.function, node) if isinstance(node, ast.Call) else None
    spot = traced.spot(other) if other is not None else None
    if other is None or spot is None or not traced.is_called(other):
        return None
    return other if opens_for_reading(traced, other, spot) else None


DEPTH = 3
"""Variables that a text is followed through."""


def is_text(tree: ast.Module, scope: ast.AST, node: ast.expr, depth: int) -> bool:
    """Whether an expression gives a text or bytes, by how it is written, by its annotation or by its one value."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right) if isinstance(node.op, ast.Add) else (node.left,)
        return any(is_text(tree, scope, side, depth) for side in sides)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in TEXTS
        return isinstance(node.func, ast.Attribute) and node.func.attr in GIVE_TEXT
    if isinstance(node, ast.Subscript):
        inner = node.value
        return isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in TAKE_APART
    if not isinstance(node, ast.Name) or depth <= 0:
        return False
    names = names_of(scope)
    if node.id in names.shared:
        return False
    if names.is_local(node.id):
        annotation = names.params[node.id].annotation if node.id in names.params else None
        found = names.bindings.get(node.id, [])
        if node.id in names.params and not found:
            return annotation is not None and ast.unparse(annotation).strip("\"'") in TEXTS
    else:
        found = names_of(tree).bindings.get(node.id, [])
    if len(found) != 1 or node.id in names.params:
        return False
    (made,) = found
    if isinstance(made, ast.AnnAssign) and ast.unparse(made.annotation).strip("\"'") in TEXTS:
        return True
    return (
        isinstance(made, ast.Assign)
        and len(made.targets) == 1
        and isinstance(made.targets[0], ast.Name)
        and is_text(tree, scope, made.value, depth - 1)
    )


def gives_text(traced: Traced, function: str) -> bool:
    """Whether all that a function of the source returns are texts, as it is written."""
    program = traced.reach.program
    file, line = traced.syntax.file(program.path(function)), program.facts(function).line
    if file is None:
        return False
    last = program.facts(function).name.rpartition(".")[2]
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == last and is_at(node, line):
            rows = [row for row in nodes_of(node) if isinstance(row, ast.Return)]
            return bool(rows) and all(
                row.value is not None and is_text(file.tree, node, row.value, DEPTH) for row in rows
            )  # fmt: skip
    return False


def is_at(node: ast.FunctionDef | ast.AsyncFunctionDef, line: int) -> bool:
    """Whether a function begins in a line, its decorators included."""
    return min(row.lineno for row in (node, *node.decorator_list)) <= line <= node.lineno


def is_shipped(spot: Spot) -> bool:
    """Whether what a call reads lies beside its module, by `__file__` or the resources of a package."""
    tree = names_of(spot.file.tree)
    todo: list[ast.AST] = [spot.node]
    for _ in range(PATH):
        found = [node for part in todo for node in ast.walk(part)]
        if any(isinstance(node, ast.Name) and node.id == "__file__" for node in found):
            return True
        if any("resources.files(" in ast.unparse(node) for node in found if isinstance(node, ast.Call)):
            return True
        names = {node.id for node in found if isinstance(node, ast.Name)}
        made = [node for name in names for node in (*tree.bindings.get(name, ()), *bound_once(spot, name))]
        todo = [node.value for node in made if isinstance(node, ast.Assign)]
    return False


PATH = 4
"""Variables that a path is followed through."""


def bound_once(spot: Spot, name: str) -> list[ast.AST]:
    """What gives a variable of a function its one value; none where it has others."""
    found = names_of(spot.scope).only_binding(name)
    return [found] if found is not None else []
