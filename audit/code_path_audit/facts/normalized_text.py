"""What of a text of code is more than layout.

It is on the path of a check that has next to nothing to do, and imports nothing but `re`.
"""

from __future__ import annotations

import re

# runs of signs are not given back, so that a long literal takes next to no memory; groups may be: where they must not,
# Python 3.11.2 matches wrongly
LITERAL = (
    rb'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*"""'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*'''"
    rb'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*"'
    rb"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*'"
)
_TOKENS = re.compile(rb"(" + LITERAL + rb"|#[^\n]*)", re.DOTALL)
_FORMATTED = re.compile(rb"\b[rR]?[fFtT][rR]?[\"']")
_FORMATTED_END = re.compile(rb"\b[rR]?[fFtT][rR]?$")
_CONTINUED = re.compile(rb"\\\n[ \t]*(?:\n|\Z)")
_QUOTE = re.compile(rb"[\"']")


def essence(code: bytes) -> bytes:
    """A text of code without its comments, empty lines and trailing blanks; as it is where that is not plain to see.

    Texts of the same essence are the same code.
    """
    formatted = b"{" in code and _FORMATTED.search(code) is not None
    if formatted or b"#" in code or b'"""' in code or b"'''" in code or b"\\\n" in code:
        pieces = _TOKENS.split(code)
        if formatted and any(map(_QUOTE.search, pieces[::2])):
            return code  # an f-string of several lines, in single quotes
        kept = []
        for place in range(1, len(pieces), 2):
            token = pieces[place]
            if token[:1] == b"#":
                pieces[place] = b""
                continue
            if formatted and _FORMATTED_END.search(pieces[place - 1]):
                bare = token.replace(b"{{", b"").replace(b"}}", b"")
                if bare.count(b"{") != bare.count(b"}"):
                    return code  # a string inside of the f-string ended it too early
            kept.append(token)
            pieces[place] = b"\0"
        bare = b"".join(pieces)
        if b"\\\n" in bare and _CONTINUED.search(bare):
            return code  # an empty line ends the statement that goes on behind a backslash
        rest = b"\n".join([line.rstrip() for line in bare.split(b"\n") if line.strip()]).split(b"\0")
        return b"".join([part for pair in zip(rest, [*kept, b""], strict=True) for part in pair])
    if b"\n\n" in code or b" \n" in code or b"\t\n" in code:
        return b"\n".join([line.rstrip() for line in code.split(b"\n") if line.strip()])
    return code.strip(b"\n").rstrip()


_SPEAKS = re.compile(rb"[\r\f\v\0]|audit:")
"""In a file: ends of lines that are counted otherwise, what no parser takes, and comments that say something."""


def same_code(old: bytes, new: bytes) -> bool:
    """Whether a file that could be read differs from another text in layout and comments alone.

    Then their facts are the same, positions apart. False where that is hard to tell.
    """
    if old == new:
        return True
    for data in (old, new):
        # a comment in the first two lines may name the encoding
        if _SPEAKS.search(data) or b"coding" in b"".join(data.split(b"\n", 2)[:2]):
            return False
    try:
        new.decode()  # in comments, too
    except UnicodeDecodeError:
        return False
    return essence(old) == essence(new)
