"""Functions whose body is read late: which ones may be, and how one is read from its text.

One may be if nothing outside of it depends on what stands in it: it is no part of another function, and declares
nothing global. What is defined inside of it (`nested_definitions.py`), what it imports, and its strings are found
without reading it.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from code_path_audit.facts.deferred.nested_definitions import Inner, Text, Unclear, inner_of
from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.lowering.statements import absolute

GLOBAL = re.compile(rb"\bglobal\b")

LINES = re.compile(rb"\n[ \t]*(?:async|class|def)\b")

IMPORTS = re.compile(rb"\bimport\b")

COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
PLAIN = frozenset((b"utf-8", b"utf8", b"utf_8", b"ascii", b"us-ascii"))

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Late(NamedTuple):
    """The text of a function: its body begins at `body`, and behind a docstring, if there is one, at `code`. `inner` is
    what is defined in it."""

    source: bytes
    body: int
    code: int
    inner: Inner


def text_of_file(data: bytes) -> Text | None:
    """The file's text, None where its encoding or its form feeds make places hard to tell."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if b"\f" in data:
        return None
    if b"coding" in data:
        head = b"\n".join(re.split(rb"\r\n|\r|\n", data[:4000])[:2])
        cookie = COOKIE.search(head)
        if cookie is not None and cookie[1].lower() not in PLAIN:
            return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    starts = [0, *accumulate(map(len, data.splitlines(True)), initial=0)]
    marks = [found.end() for found in LINES.finditer(data)]
    for word in (b"lambda", b"global"):
        place = data.find(word)
        while place >= 0:
            marks.append(place)
            place = data.find(word, place + 6)
    marks.sort()
    return Text(data, starts, marks)


def late(text: Text, node: FunctionNode) -> Late | None:
    """The text of a function, None where its body has to be read with the rest of the module."""
    data, starts, marks = text
    begin = starts[node.lineno]
    if data[begin : begin + node.col_offset].strip() or data[begin - 2 : begin] == b"\\\n":
        return None
    end = starts[node.end_lineno or 0] + (node.end_col_offset or 0)
    body = node.body
    first = body[0]
    inner = code = starts[first.lineno] + first.col_offset
    if type(first) is ast.Expr and type(first.value) is ast.Constant and type(first.value.value) is str:
        code = starts[first.end_lineno or 0] + (first.end_col_offset or 0)
    elif first.lineno > node.lineno:
        code = starts[first.lineno] - 1
    mark = bisect_left(marks, code)
    defined: Inner = []
    if mark < len(marks) and marks[mark] < end:
        if data.find(b"global", code, end) >= 0 and GLOBAL.search(data, code, end):
            return None
        try:
            defined = inner_of(text, node)
        except Unclear:
            return None
    source = data[begin:end]
    code -= begin
    return Late(source, inner - begin, code, defined)


def imports_of(found: Late, node: FunctionNode, b: Builder) -> Iterator[str]:
    """The dotted names that a function imports."""
    if found.source.find(b"import", found.code) < 0 or not IMPORTS.search(found.source, found.code):
        return
    todo: list[ast.AST] = list(node.body)
    for current in todo:
        if isinstance(current, ast.Import):
            yield from (alias.name for alias in current.names)
        elif isinstance(current, ast.ImportFrom):
            module = absolute(b, current)
            yield module
            yield from (f"{module}.{alias.name}" for alias in current.names if alias.name != "*")
        else:
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                todo += getattr(current, field, ())
