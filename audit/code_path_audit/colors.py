"""Colours of a terminal: whether there are any, and how text is painted.

On the path of every check that is shown on a terminal, so it loads nothing.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

VARIABLES = ("NO_COLOR", "FORCE_COLOR", "TERM")
"""What of the environment counts."""

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


def is_colored(stream: "TextIO | None") -> bool:
    """Whether a stream is to be coloured: NO_COLOR says never, else FORCE_COLOR says always, each unless it is empty;
    else a terminal is, if it is no dumb one."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    try:
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:  # it was closed
        return False


def painted(text: str, style: str, color: bool = True) -> str:
    """Text in a style, where there is colour; it holds no control characters itself."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if color and text else text
