"""Why a long file is not parsed: its tree would take gigabytes, or minutes.

What counts is what a tree has nodes for. The text of a comment or of a plain string costs nothing, and a docstring of
8 MB is one node; f-strings count with all that is in them.
"""

from __future__ import annotations

import contextlib
import re
import sys

MOST_TOKENS = 600_000
"""Words, signs and lines of a file: a tree takes a kilobyte for each, so that more would take over a gigabyte."""

MOST_FSTRING_WORK = 4_000_000_000
"""Until Python 3.12 the parser looks through an f-string once for each expression in it: expressions times length."""

NESTED_QUOTES = sys.version_info >= (3, 12)
"""Whether the expressions of an f-string may hold strings in its own quotes, and comments."""

_WORD = rb"[\w\x80-\xff]++"
_STRING = (
    rb"(?P<prefix>[bBrRuUfFtT]{1,2})?(?P<quote>"
    rb'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*(?:""")?|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*"?|'
    rb"'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*(?:''')?|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*'?)"
)
# every alternative takes what it can and gives nothing back: one pass
_SCANNED = re.compile(rb"#[^\n]*+|" + _STRING + rb"|" + _WORD + rb"|\s++|.", re.DOTALL)
_COUNTED = re.compile(_WORD + rb"|[^\w\s\x80-\xff]|\n")
_COOKIE = re.compile(rb"^(?:[ \t\f]*(?:#[^\n]*)?\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")


def why_not(data: bytes | str) -> str:
    """The reason not to parse a file, or ""."""
    text = as_parsed(data)
    if _has_more(text, MOST_TOKENS) and _has_more_nodes(text):
        return f"more than {MOST_TOKENS:,} words and signs: its tree would take gigabytes"
    if not NESTED_QUOTES and text.count(b"{") >= 2_000 and _fstring_work(text) > MOST_FSTRING_WORK:
        return "f-strings with very many expressions: Python 3.11 would take minutes to parse them"
    return ""


def as_parsed(data: bytes | str) -> bytes:
    """The text as the parser sees it, in UTF-8, its lines ending with "\\n"."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    elif (cookie := _COOKIE.match(data)) is not None:
        # where there is no such encoding, or the text is none in it, the parser will say so
        with contextlib.suppress(LookupError, ValueError):
            data = data.decode(cookie[1].decode("ascii")).encode("utf-8", "surrogatepass")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _has_more(text: bytes, limit: int) -> bool:
    """Whether a text has more words, signs and lines."""
    return any(number >= limit for number, _ in enumerate(_COUNTED.finditer(text)))


def _has_more_nodes(text: bytes) -> bool:
    """The same, where comments and blank lines count for nothing, and a plain string for one."""
    count, is_line = 0, False
    for found in _SCANNED.finditer(text):
        first = found[0][:1]
        if first == b"#":
            continue
        if first.isspace():
            if is_line and b"\n" in found[0]:
                count, is_line = count + 1, False
            continue
        is_line = True
        if found["quote"] is not None and b"{" in found[0] and set(found["prefix"] or b"") & set(b"fFtT"):
            if NESTED_QUOTES and _may_end_elsewhere(found["quote"]):
                return True
            count += sum(1 for _ in _COUNTED.finditer(found[0]))
        else:
            count += 1
        if count > MOST_TOKENS:
            return True
    return False


def _may_end_elsewhere(quoted: bytes) -> bool:
    """Whether an f-string may end elsewhere than its quotes say: at one within an expression, or behind a comment."""
    width = 3 if quoted[:3] in (b'"""', b"'" * 3) else 1
    inside = quoted[width:-width]
    return any(sign in inside for sign in (b'"', b"'", b"#")) or inside.count(b"{") != inside.count(b"}")


def _fstring_work(text: bytes) -> int:
    """Expressions times length, of all f-strings of a text."""
    work = 0
    for found in _SCANNED.finditer(text):
        if found["quote"] is not None and set(found["prefix"] or b"") & set(b"fF"):
            work += found[0].count(b"{") * len(found[0])
    return work
