"""A template as pieces: text, `{{ output }}` and `{% tag %}`, each with its place. Comments and what is verbatim are
text."""

from __future__ import annotations

import re
from typing import NamedTuple


class Piece(NamedTuple):
    """An output or a tag. `kind` is "output" or "tag"; `text` what is inside; `line` from 1, `column` from 0 in UTF-8
    bytes: where the text begins."""

    kind: str
    text: str
    line: int
    column: int


PIECE = re.compile(r"\{#.*?#\}|\{\{-?\s*(?P<output>.*?)\s*-?\}\}|\{%[-+]?\s*(?P<tag>.*?)\s*[-+]?%\}", re.DOTALL)

VERBATIM = {"verbatim": "endverbatim", "raw": "endraw", "comment": "endcomment"}
"""Tags whose inside is text."""


def pieces(source: str) -> list[Piece]:
    """The outputs and tags of a template, in their order."""
    found: list[Piece] = []
    line, start = 1, 0
    begin = 0
    until = ""
    for match in PIECE.finditer(source):
        kind = "output" if match["output"] is not None else "tag" if match["tag"] is not None else ""
        if not kind:
            continue
        place = match.start(kind)
        newlines = source.count("\n", begin, place)
        if newlines:
            line += newlines
            start = source.rindex("\n", begin, place) + 1
        begin = place
        text = match[kind]
        word = text.partition(" ")[0]
        if until:
            until = "" if kind == "tag" and word == until else until
            continue
        if kind == "tag" and word in VERBATIM:
            until = VERBATIM[word]
            continue
        found.append(Piece(kind, text, line, len(source[start:place].encode("utf-8", "surrogatepass"))))
    return found
