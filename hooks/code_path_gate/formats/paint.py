"""The text of a check, and a patch, in colours: whole lines by how they begin, since nothing of a check is known when
it was kept.

On the path of every check that is shown on a terminal, so it loads next to nothing.
"""

from code_path_audit.colors import painted

STYLES = (
    ("FAILS ", "red"),
    ("ACCEPTED HERE ", "yellow"),
    ("OUT OF DATE ", "yellow"),
    ("WEAKENED by this change: ", "yellow"),
    ("fails: ", "red"),
    ("accepted here: ", "yellow"),
    ("outdated: ", "yellow"),
    ("What to do: ", "bold"),
    ("note: ", "dim"),
    ("and ", "dim"),
)
"""How lines begin, each with the style of all of the line."""

PATCH_STYLES = (("--- ", "bold"), ("+++ ", "bold"), ("@@ ", "dim"), ("-", "red"), ("+", "green"))
"""The same of a patch; the first that fits counts."""


def in_colors(text: str) -> str:
    """The text form of a check. Its first line has the colour of the verdict."""
    first, *lines = text.split("\n")
    style = "red" if " failing" in first else "yellow" if " out of date" in first else "green"
    return "\n".join([painted(first, style), *map(_line, lines)])


def patch_in_colors(text: str) -> str:
    """A patch in the unified form."""
    return "\n".join(_line(line, PATCH_STYLES) for line in text.split("\n"))


def _line(line: str, styles: tuple[tuple[str, str], ...] = STYLES) -> str:
    return next((painted(line, style) for start, style in styles if line.startswith(start)), line)
