"""TOML to plain values, in time that grows with the text: a key of very many parts is refused before it is read. And
a text as TOML.

The standard library's reader takes time and memory that grow with the square of the parts of one key (22 seconds and
two gigabytes for 40 kilobytes of them). Light: a hook reads its configuration every time.
"""

from __future__ import annotations

from typing import Any

MOST_PARTS = 32
"""Of one key, or of the name of one table."""


def loads(text: str) -> dict[str, Any]:
    """The tables of a text; ValueError where it is no TOML, RecursionError where it is nested too deeply."""
    import tomllib

    # a key stands on one line: with no more dots there is nothing to be found
    if any(line.count(".") >= MOST_PARTS for line in text.split("\n")):
        _refuse_long_keys(text)
    return tomllib.loads(text)


def quoted(text: str) -> str:
    """A text as a TOML string: JSON's, but for one character that TOML does not take as it is."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _refuse_long_keys(text: str) -> None:
    import re

    # every alternative takes what it can and gives nothing back, so that this is one pass over any text
    token = re.compile(
        r'''"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*(?:"{3,5})?'''
        r"""|'''[^']*+(?:'(?!'')[^']*+)*(?:'{3,5})?"""
        r"""|(?P<part>"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*"?|'[^'\n]*+'?|[A-Za-z0-9_-]++)"""
        r"""|(?P<dot>\.)|(?P<blank>[ \t]++)|\#[^\n]*+|.""",
        re.DOTALL,
    )
    parts, open_end = 0, False
    for found in token.finditer(text):
        if found.lastgroup == "part":
            parts, open_end = (parts if open_end else 0) + 1, False
            if parts > MOST_PARTS:
                line = text.count("\n", 0, found.start()) + 1
                raise ValueError(f"a key of more than {MOST_PARTS} parts (at line {line})")
        elif found.lastgroup == "dot":
            open_end = parts > 0
        elif found.lastgroup != "blank":
            parts, open_end = 0, False
