"""A library model as the text of its file: sorted, one fact a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from code_path_audit.callgraph.behaviours import WORDS
from code_path_audit.libraries.model import LibraryModel
from code_path_audit.toml_text import quoted


def text_of(model: LibraryModel, heading: str = "") -> str:
    """The file of a model; `heading` is a comment in front."""
    return "\n".join([*(f"# {line}" for line in heading.splitlines()), *_lines(model)]) + "\n"


def _lines(model: LibraryModel) -> Iterator[str]:
    yield f"by = {quoted(model.by)}"
    if model.unread:
        yield "unread = ["
        yield from (f"  {quoted(note)}," for note in sorted(model.unread))
        yield "]"
    tables: dict[str, Mapping[str, tuple[str, ...]]] = {}
    tables["versions"] = {name: (text,) for name, text in model.versions.items()}
    tables["alias"] = {name: (text,) for name, text in model.aliases.items()}
    tables |= {word: model.rows[word] for word in sorted(WORDS) if model.rows.get(word)}
    for word, table in tables.items():
        if table:
            yield ""
            yield f"[{word}]"
            for name, values in sorted(table.items()):
                yield f"{quoted(name)} = {_value(values)}"


def _value(values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return quoted(values[0])
    return "[" + ", ".join(quoted(value) for value in values) + "]"
