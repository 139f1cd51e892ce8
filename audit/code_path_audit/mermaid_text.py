"""Text that is safe inside a Mermaid flowchart, whatever a repository names its functions.

A name appears in a chart as a label alone, never as an identifier: nodes are `n0`, `n1`, ... (`node_id`), and what a
person reads is a quoted label (`label`). Mermaid reads `#60;` in a label as the character with that number, so every
character that means something to Mermaid, to Markdown or to HTML is written that way.
"""

MAX_LABEL = 120
"""Characters of a name that a label shows; a longer one loses its middle."""

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,./()-+=?\N{MULTIPLICATION SIGN}")
# with these two Mermaid begins and ends an entity while it parses; in a name they would be taken for one of its own
_RESERVED = frozenset("ﬂ¶")


def node_id(index: int) -> str:
    """The identifier of node number `index`: "n0", "n1", ..."""
    return f"n{index}"


def label(text: str) -> str:
    """A quoted label that shows `text`, ready to stand in `n0[...]` or `-->|...|`; a newline becomes a line break.

    Control, bidirectional and unpaired surrogate characters are shown as `\\u202e`, never passed on.
    """
    return '"' + "<br/>".join(_line(line) for line in text.split("\n")) + '"'


def _line(text: str) -> str:
    if not text:
        return " "  # Mermaid refuses an empty label
    if len(text) > MAX_LABEL:
        text = text[: MAX_LABEL // 2] + "..." + text[-MAX_LABEL // 2 :]
    escaped = "".join(_escape(char, text[index - 1 : index]) for index, char in enumerate(text))
    # "1. x" and "- x" at the start of a label would be a Markdown list, which Mermaid refuses to draw
    if escaped[:1] in {"-", "+"}:
        return f"#{ord(escaped[0])};{escaped[1:]}"
    return escaped.replace(". ", "#46; ") if escaped[:1].isdigit() else escaped


def _escape(char: str, before: str) -> str:
    if char in _PLAIN:
        return char
    if char == "_":
        # only inside a word is it surely no emphasis: `load_all` reads well, `__init__` would be drawn bold
        return char if before.isalnum() else "#95;"
    if char.isprintable() and char not in _RESERVED:
        return char if char.isalpha() and not char.isascii() else f"#{ord(char)};"
    return f"#92;u{ord(char):04x}"
