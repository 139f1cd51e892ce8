"""A template as pieces: text, `{{ output }}` and `{% tag %}`, each with its place. Comments and what is verbatim are
text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Piece(NamedTuple):
    """An output or a tag. `kind` is "output" or "tag"; `text` what is inside; `line` from 1, `column` from 0 in UTF-8
    bytes: where the text begins."""

    kind: str
    text: str
    line: int
    column: int


OPENING = re.compile(r"\{[{%#]")
CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
TRIMMED = {"{{": "-", "{%": "-+"}
"""Signs inside of the brackets that say what becomes of the blanks around them."""

VERBATIM = {"verbatim": "endverbatim", "raw": "endraw", "comment": "endcomment"}
"""Tags whose inside is text."""


def pieces(source: str) -> list[Piece]:
    """The outputs and tags of a template, in their order."""
    found: list[Piece] = []
    line, column, begin = 1, 0, 0
    until = ""
    for kind, text, place in _brackets(source):
        newlines = source.count("\n", begin, place)
        if newlines:
            line += newlines
            column, begin = 0, source.rindex("\n", begin, place) + 1
        column += len(source[begin:place].encode("utf-8", "surrogatepass"))
        begin = place
        word = text.partition(" ")[0]
        if until:
            until = "" if kind == "tag" and word == until else until
            continue
        if kind == "tag" and word in VERBATIM:
            until = VERBATIM[word]
            continue
        found.append(Piece(kind, text, line, column))
    return found


def _brackets(source: str) -> Iterator[tuple[str, str, int]]:
    """Outputs and tags: their kind, what is inside, and where that begins. What is opened and never closed is text."""
    at = 0
    endless: set[str] = set()
    while opening := OPENING.search(source, at):
        sign, inside = opening[0], opening.end()
        end = -1 if sign in endless else source.find(CLOSING[sign], inside)
        if end < 0:
            endless.add(sign)
            at = opening.start() + 1
            if len(endless) == len(CLOSING):
                return
            continue
        at = end + 2
        if sign == "{#":
            continue
        signs = TRIMMED[sign]
        begin = inside + (inside < end and source[inside] in signs)
        stop = end - (begin < end and source[end - 1] in signs)
        text = source[begin:stop]
        yield "output" if sign == "{{" else "tag", text.strip(), begin + len(text) - len(text.lstrip())
