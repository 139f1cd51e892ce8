"""A mistake put into a text by hand: a row of a table says what becomes what."""

from __future__ import annotations

import re
from collections.abc import Mapping


def planted(text: str, row: Mapping[str, str], where: str) -> str:
    """The text with `before` as `after`, `more` at its end and `top` among its imports, the last two where the row has
    them. ValueError where `before` does not stand there exactly once; `where` names the mistake and the file."""
    before, after = row["before"].strip("\n"), row["after"].strip("\n")
    if text.count(before) != 1:
        raise ValueError(f"{where}: what is changed is not there once")
    text = text.replace(before, after) + row.get("more", "")
    if top := row.get("top", "").strip("\n"):
        pattern = r"^(?=import |from (?!__future__))"
        text = re.sub(pattern, lambda _: f"{top}\n", text, count=1, flags=re.MULTILINE)
    compile(text, where, "exec")
    return text
