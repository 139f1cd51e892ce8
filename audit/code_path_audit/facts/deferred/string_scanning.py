"""What the text of a function says without being parsed: its string constants."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from code_path_audit.facts.normalized_text import LITERAL
from code_path_audit.facts.parsing import Unparsable, parse
from code_path_audit.facts.rows import MAX_STRING

TRIPLE = (b'"""', b"'''")
_STRINGS = re.compile(rb"(" + LITERAL + rb")(?=((?:[ \t\n\\]++|#[^\n]*+)*[a-zA-Z]{0,2}[\"'])?)|#[^\n]*", re.DOTALL)
_FORMATTED = re.compile(rb"\b[rR]?[fFtT][rR]?[\"']")
_BRACES = re.compile(rb"([{}])")

MOST_COLONS = 20
"""In what may be the end of a field; of more, the tree says which begins a format."""


def _formats(token: bytes) -> list[bytes] | None:
    """What may be the format of a field: from a colon to the brace that closes it; None where there are too many."""
    parts = _BRACES.split(token)
    ends = [text for text, brace in zip(parts[::2], parts[1::2], strict=False) if brace == b"}" and b":" in text]
    if any(text.count(b":") > MOST_COLONS for text in ends):
        return None
    return [text.split(b":", count)[count] for text in ends for count in range(1, text.count(b":") + 1)]


def strings_of_text(source: bytes, begin: int, node: ast.AST, plain: set[bytes], found: set[str]) -> None:
    """Find every string constant behind `begin` of at most `MAX_STRING` characters, and perhaps some more texts.

    Literals go to `plain`, for `values_of`, and texts to `found`. `node` is the tree of the text: it is read only where
    the text alone does not tell, as with f-strings that have strings inside.
    """
    code = source[begin:]
    if b'"' not in code and b"'" not in code:
        return
    # comments are matched too, so that no quote in one begins a string
    rows = [row for row in _STRINGS.findall(code) if row[0]]
    if b"{" in code and _FORMATTED.search(code) is not None:
        for token, _ in rows:
            if b"{" in token:
                bare = token.replace(b"{{", b"").replace(b"}}", b"")
                inside = token[3:-3] if token[:3] in TRIPLE else token[1:-1]
                if b'"' in inside or b"'" in inside or bare.count(b"{") != bare.count(b"}"):
                    # strings inside of the f-string, one of which may have ended it too early
                    found.update(_constants(node))
                    return
                formats = _formats(token)
                if formats is None:
                    found.update(_constants(node))
                    return
                plain.update([b'"""%b"""' % format for format in formats])
                plain.add(b'"""%b"""' % inside.replace(b"{{", b"{").replace(b"}}", b"}"))
    run: list[bytes] = []
    for token, adjacent in rows:
        plain.add(token)
        if adjacent or run:
            run.append(token)
            if not adjacent:
                if any(b"\\" in part for part in run):
                    # raw ones and others, one behind the other
                    found.update(_constants(node))
                    return
                plain.add(b'"""%b"""' % b"".join([part[3:-3] if part[:3] in TRIPLE else part[1:-1] for part in run]))
                run = []


def values_of(plain: set[bytes]) -> Iterator[str]:
    """The texts of literals; where there are escapes, once read as in a raw string and once as in any other."""
    for token in plain:
        text = token[3:-3] if token[:3] in TRIPLE else token[1:-1]
        if len(text) <= 4 * MAX_STRING and len(value := text.decode()) <= MAX_STRING:
            yield value
        if b"\\" in text:
            try:
                tree = parse(b"(%b)" % token)
            except Unparsable:
                continue
            value = tree.body[0].value.value  # type: ignore[attr-defined]
            if len(value) <= MAX_STRING:
                yield value


def _constants(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if type(inner) is ast.Constant and type(inner.value) is str and len(inner.value) <= MAX_STRING:
            yield inner.value
