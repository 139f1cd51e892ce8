"""Constants that branches ask for, as short texts: which two are the same, and what is to be known of two at all.

`'all` is a text, `#3` a number, `.READ` a member of an enumeration, by its own name, and `&` begins a list of texts, a
line each. Of two that are not of one kind nothing is known: a member may be equal to a text. What a branch asks for may
also be any text that has another in it (`*'w`), or begins or ends with it (`^'w`, `$'w`).
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from code_path_audit.facts.rows import FALSY, NONE_OF, NOTHING, ONE_OF, TRUTHY

LONGEST = 200
"""Characters of a constant that is told from others."""


def written(value: object) -> str:
    """A text or a whole number; "" for what is neither, or too long."""
    if type(value) is str and len(value) <= LONGEST:
        return "'" + value.encode("unicode_escape").decode("ascii")
    return f"#{value}" if type(value) is int and abs(value) < 10**LONGEST else ""


def member(owner: str, name: str) -> str:
    """A member of an enumeration, as `Mode.READ` is written; "" for another attribute."""
    is_class = owner.rpartition(".")[2].lstrip("_")[:1].isupper()
    return f".{name}" if is_class and name.isupper() and not name.startswith("_") else ""


HAS, BEGINS, ENDS = "*", "^", "$"
"""What begins a text that stands for all those that have it in them, begin or end with it."""


def is_pattern(asked: str) -> bool:
    """Whether what is asked for is no constant, but a part of a text."""
    return asked[:1] in (HAS, BEGINS, ENDS)


def is_same(value: str, asked: str) -> bool | None:
    """Whether a constant is what is asked for; None where nobody can tell."""
    if is_pattern(asked):
        if value[:1] != "'":
            return None
        text, part = plain(value), plain(asked[1:])
        if asked[0] == HAS:
            return part in text
        return text.startswith(part) if asked[0] == BEGINS else text.endswith(part)
    return True if value == asked else None if value[:1] != asked[:1] else False


def plain(constant: str) -> str:
    """The text that a constant is."""
    return constant[1:].encode("ascii").decode("unicode_escape")


UNKNOWN_WORD = "?"
"""A word of a list that is not known."""


def listed(texts: Sequence[str]) -> str:
    """A list of texts, each as `written` has it, "" for what is none; "" for a list of which no text is known."""
    words = [text[1:] if text.startswith("'") else UNKNOWN_WORD for text in texts]
    return "&" + "\n".join(words) if any(word != UNKNOWN_WORD for word in words) else ""


def words_in(value: int | str) -> tuple[str, ...]:
    """The words of a text, as a shell splits it, or those of a list; () where they are not known."""
    if isinstance(value, int) or value[:1] not in ("'", "&"):
        return ()
    if value[0] == "&":
        return tuple(value[1:].split("\n"))
    try:
        return tuple(shlex.split(plain(value)))
    except ValueError:
        return ()


def truth(value: int | str) -> int:
    """What a constant is to a condition that asks whether it is true."""
    if isinstance(value, int):
        return value
    return FALSY if value in ("'", "#0") else TRUTHY


def leads_in(value: int | str, wants: int, among: str) -> bool:
    """Whether something of which this is known (a constant, or `TRUTHY`, `FALSY` or `NOTHING`) may lead into an arm."""
    if not truth(value) & wants:
        return False
    if not among:
        return True
    if isinstance(value, int):
        return value != NOTHING or among[0] == NONE_OF
    found = [is_same(value, asked) for asked in among[1:].split("\n")]
    if True in found:
        return among[0] == ONE_OF
    return among[0] == NONE_OF or None in found
