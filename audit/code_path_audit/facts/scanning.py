"""What the text of a function says without being parsed: its string constants, and what of it is more than layout."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from code_path_audit.facts.model import MAX_STRING
from code_path_audit.facts.parsing import Unparsable, parse

_LITERAL = (
    rb"\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    rb"|\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'"
)
TRIPLE = (b'"""', b"'''")
_STRINGS = re.compile(rb"(" + _LITERAL + rb")(?=((?:[ \t\n\\]|#[^\n]*)*[a-zA-Z]{0,2}[\"'])?)|#[^\n]*", re.DOTALL)
_TOKENS = re.compile(rb"(" + _LITERAL + rb"|#[^\n]*)", re.DOTALL)
_FORMATTED = re.compile(rb"\b[rR]?[fFtT][rR]?[\"']")
_FORMATS = re.compile(rb":(?=([^{}]*)\})")
_FORMATTED_END = re.compile(rb"\b[rR]?[fFtT][rR]?$")


def strings(source: bytes, begin: int, node: ast.AST) -> Iterator[str]:
    """Every string constant behind `begin` of at most `MAX_STRING` characters, and perhaps some more texts.

    `node` is the tree of the text: read only where the text alone is not plain, as with f-strings.
    """
    code = source[begin:]
    if b'"' not in code and b"'" not in code:
        return
    texts = []
    run: list[bytes] = []
    formatted = b"{" in code and _FORMATTED.search(code) is not None
    for token, adjacent in _STRINGS.findall(code):
        if not token:
            continue
        if formatted and b"{" in token:
            bare = token.replace(b"{{", b"").replace(b"}}", b"")
            inside = token[3:-3] if token[:3] in TRIPLE else token[1:-1]
            if b'"' in inside or b"'" in inside or bare.count(b"{") != bare.count(b"}"):
                # strings inside of the f-string, one of which may have ended it too early
                yield from _constants(node)
                return
            texts += _FORMATS.findall(token)
            texts.append(inside.replace(b"{{", b"{").replace(b"}}", b"}"))
        text = token[3:-3] if token[:3] in TRIPLE else token[1:-1]
        texts.append(text)
        if b"\\" in text:
            # the text was that of a raw string, this is that of any other
            texts.append(_value(token, text))
        if not adjacent and not run:
            continue
        run.append(text)
        if not adjacent:
            whole = b"".join(run)
            if b"\\" in whole:
                # raw ones and others, one behind the other
                yield from _constants(node)
                return
            texts.append(whole)
            run = []
    for text in texts:
        if len(text) <= 4 * MAX_STRING and len(value := text.decode("utf-8", "surrogatepass")) <= MAX_STRING:
            yield value


def _constants(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if type(inner) is ast.Constant and type(inner.value) is str and len(inner.value) <= MAX_STRING:
            yield inner.value


def _value(token: bytes, text: bytes) -> bytes:
    """The value of a literal; the text as it is where only a raw string could have it."""
    try:
        tree = parse(b"(%b)" % token)
    except Unparsable:
        return text
    value = tree.body[0].value.value  # type: ignore[attr-defined]
    return str(value).encode("utf-8", "surrogatepass")


def essence(code: bytes) -> bytes:
    """A text of code without its comments, empty lines and trailing blanks; as it is where that is not plain to see.

    Texts of the same essence are the same code.
    """
    if b"#" in code or b'"""' in code or b"'''" in code or b"\\\n" in code:
        pieces = _TOKENS.split(code)
        kept = []
        for place in range(1, len(pieces), 2):
            token = pieces[place]
            if token[:1] == b"#":
                pieces[place] = b""
                continue
            if _FORMATTED_END.search(pieces[place - 1]):
                bare = token.replace(b"{{", b"").replace(b"}}", b"")
                if bare.count(b"{") != bare.count(b"}"):
                    return code  # a string inside of the f-string ended it too early
            kept.append(token)
            pieces[place] = b"\0"
        lines = b"".join(pieces).split(b"\n")
        rest = b"\n".join([line.rstrip() for line in lines if line.strip()]).split(b"\0")
        return b"".join([part for pair in zip(rest, [*kept, b""], strict=True) for part in pair])
    if b"\n\n" in code or b" \n" in code or b"\t\n" in code:
        return b"\n".join([line.rstrip() for line in code.split(b"\n") if line.strip()])
    return code.strip(b"\n").rstrip()
