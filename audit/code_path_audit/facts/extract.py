"""One file to `ModuleFacts`: a pure function of its bytes and its module name."""

from __future__ import annotations

import ast
import re
import sys
import warnings

from code_path_audit.facts import code as op
from code_path_audit.facts.builder import Builder, Readers
from code_path_audit.facts.expressions import EXPRESSIONS
from code_path_audit.facts.model import ModuleFacts
from code_path_audit.facts.reading import body, expr
from code_path_audit.facts.statements import STATEMENTS

HINT = re.compile(rb"#\s*audit:\s*(bound|size)\s*=\s*(\d{1,15})\b")
LINE_END = re.compile(rb"\r\n|\r|\n")
RECURSION_LIMIT = 20_000
"""Frames of pure Python live on the heap since 3.11, so that deep expressions cost memory, not the C stack."""

PARSER_FRAMES = 1_000
"""What the parser may nest, wherever it is called from: the answer must not depend on the caller's stack."""


class Unparsable(Exception):
    """A file that is not Python: `reason` in words, `line` or 0."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason, line)
        self.reason, self.line = reason, line


def extract_module(data: bytes, module: str, is_package: bool = False) -> ModuleFacts:
    """The facts of one file. Raises Unparsable."""
    tree = parse(data)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        return facts_of(tree, data, module, is_package)
    except RecursionError:
        raise Unparsable("nested too deeply", 0) from None
    finally:
        sys.setrecursionlimit(limit)


def parse(data: bytes) -> ast.Module:
    """The tree of a file; PEP 263 encodings and a BOM are the parser's business."""
    limit = sys.getrecursionlimit()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sys.setrecursionlimit(stack_depth() + PARSER_FRAMES)
            return ast.parse(data)
    except SyntaxError as error:
        raise Unparsable(error.msg or "invalid syntax", error.lineno or 0) from None
    except ValueError as error:
        raise Unparsable(str(error), 0) from None
    except (RecursionError, MemoryError):
        raise Unparsable("nested too deeply", 0) from None
    finally:
        sys.setrecursionlimit(limit)


def stack_depth() -> int:
    """How many frames are on the stack."""
    depth, frame = 0, sys._getframe()
    while frame.f_back is not None:
        depth, frame = depth + 1, frame.f_back
    return depth


def facts_of(tree: ast.Module, data: bytes, module: str, is_package: bool) -> ModuleFacts:
    """Read the module body, then each function when the one around it is complete; settle names; freeze."""
    builders: list[Builder] = []
    root = Builder(0, "", "module", None, module, builders, Readers(EXPRESSIONS, STATEMENTS))
    root.is_package = is_package
    root.end_line = len(LINE_END.findall(data)) + 1
    body(root, tree.body)
    queue = [root]
    for builder in queue:
        builder.settle()
        for inner, node in builder.nested:
            read_body(inner, node)
            queue.append(inner)
    written = {name for b in builders[1:] for name in b.globals_written}
    for name in sorted(written):
        root.code.extend((op.GLOBAL, version, name) for version in root.versions.get(name, ()))
    functions = tuple(b.finish() for b in builders)
    return ModuleFacts(module, is_package, functions, exports(tree), hints(data))


def read_body(b: Builder, node: ast.AST) -> None:
    """The body of a function, lambda or class; parameters take the first registers, in order."""
    for param in b.params:
        reg = b.register()
        b.write(param.name, reg)
        b.param_registers.append(reg)
    if isinstance(node, ast.Lambda):
        reg = expr(b, node.body)
        b.code.append((op.RETURN, reg))
        b.returned.add(reg)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for parameter in getattr(node, "type_params", ()):
            reg = b.current[parameter.name] = b.register()
            b.inner_versions[parameter.name] = [reg]
        body(b, node.body)


def exports(tree: ast.Module) -> tuple[str, ...] | None:
    """`__all__`, where it is a literal, and what literals add to it; None where anything else changes it."""
    found: tuple[str, ...] | None = None
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets, value=value) if any(is_all(t) for t in targets):
                found = literal_names(value)
            case ast.AnnAssign(target=target, value=value) if is_all(target) and value is not None:
                found = literal_names(value)
            case ast.AugAssign(target=target, value=value) if is_all(target):
                more = literal_names(value)
                found = found + more if found is not None and more is not None else None
    return found


def is_all(node: ast.expr) -> bool:
    """The name __all__."""
    return isinstance(node, ast.Name) and node.id == "__all__"


def literal_names(node: ast.expr) -> tuple[str, ...] | None:
    """The strings of a list or tuple of constants."""
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    values = [e.value for e in node.elts if isinstance(e, ast.Constant)]
    names = tuple(v for v in values if isinstance(v, str))
    return names if len(names) == len(node.elts) else None


def hints(data: bytes) -> tuple[tuple[int, str, int], ...]:
    """The comments `# audit: bound=N` and `# audit: size=N`."""
    if b"audit:" not in data:
        return ()
    rows = []
    for number, line in enumerate(LINE_END.split(data), 1):
        rows += [(number, m[1].decode(), int(m[2])) for m in HINT.finditer(line)]
    return tuple(rows)
