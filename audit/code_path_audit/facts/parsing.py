"""Source to a syntax tree, with the same answer wherever it is called from.

It is on the path of a check that has next to nothing to do, and imports next to nothing.
"""

from __future__ import annotations

import sys
import warnings
from _ast import PyCF_ONLY_AST

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

RECURSION_LIMIT = 20_000
"""Frames of pure Python live on the heap since 3.11, so that deep expressions cost memory, not the C stack."""

PARSER_FRAMES = 1_000
"""What the parser may nest, wherever it is called from: the answer must not depend on the caller's stack."""


class Unparsable(Exception):
    """A file that is not Python: `reason` in words, `line` or 0."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason, line)
        self.reason, self.line = reason, line


class deep:
    """Room on the stack for reading a tree, within a `with`."""

    def __enter__(self) -> None:
        self.limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(self.limit, stack_depth() + RECURSION_LIMIT))

    def __exit__(self, *_: object) -> None:
        sys.setrecursionlimit(self.limit)


def parse(data: bytes | str) -> ast.Module:
    """The tree of a file; PEP 263 encodings and a BOM are the parser's business."""
    if len(data) > LONG:
        from code_path_audit.facts.long_files import why_not

        if reason := why_not(data):
            raise Unparsable(reason, 0)
    limit = sys.getrecursionlimit()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sys.setrecursionlimit(stack_depth() + PARSER_FRAMES)
            # as ast.parse has it, which would have to be imported
            return compile(data, "<unknown>", "exec", PyCF_ONLY_AST, dont_inherit=True)  # type: ignore[return-value]
    except SyntaxError as error:
        raise Unparsable(error.msg or "invalid syntax", error.lineno or 0) from None
    except ValueError as error:
        raise Unparsable(str(error), 0) from None
    except (RecursionError, MemoryError):
        raise Unparsable("nested too deeply", 0) from None
    finally:
        sys.setrecursionlimit(limit)


LONG = 200_000
"""Bytes up to which any file is parsed in a moment."""


def stack_depth() -> int:
    """How many frames are on the stack."""
    depth, frame = 0, sys._getframe()
    while frame.f_back is not None:
        depth, frame = depth + 1, frame.f_back
    return depth
