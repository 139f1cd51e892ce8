"""Tables that a command writes into a document, between two markers."""

from collections.abc import Mapping
from pathlib import Path


def replaced(text: str, name: str, table: str) -> str:
    """The document with the part between its markers `<!-- begin NAME -->` and `<!-- end NAME -->` put in place.

    A document without these markers, or with them out of order, is a ValueError: nothing is appended by guess.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no {begin} ... {end} in the document")
    return f"{head}{begin}\n{table.strip()}\n{end}{tail}"


def rewrite(path: Path, tables: Mapping[str, str]) -> None:
    """Puts each table between its markers in a file; all of them or, on an error, none."""
    text = path.read_text(encoding="utf-8")
    for name, table in tables.items():
        text = replaced(text, name, table)
    path.write_text(text, encoding="utf-8")
