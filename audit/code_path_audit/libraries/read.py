"""Model files: TOML to `LibraryModel`, with every mistake named."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from code_path_audit.callgraph.behaviours import WORDS, problem
from code_path_audit.config import nearest
from code_path_audit.errors import AuditError
from code_path_audit.libraries.model import GENERATOR, PERSON, LibraryModel
from code_path_audit.sources.toml_files import ReadFile, from_disk, read_tables

SHIPPED = Path(__file__).parent / "shipped"
KEYS = ("by", "versions", "alias", "unread", *WORDS)
LONGEST_NAME = 200


@cache
def shipped_models() -> tuple[LibraryModel, ...]:
    """The models that ship, sorted by name."""
    return tuple(read_model(path, path.stem) for path in sorted(SHIPPED.glob("*.toml")))


def read_model(path: Path, name: str = "", read: ReadFile = from_disk) -> LibraryModel:
    """A model file. AuditErrors: library-file, and those of `parse_model`."""
    data, wrong = read_tables(path, read)
    if wrong:
        todo = "Correct the path, add the file to the commit, or take it out of library_files."
        raise AuditError("library-file", wrong, where=str(path), todo=todo)
    return parse_model(data, name or str(path))


def parse_model(data: Mapping[str, Any], where: str) -> LibraryModel:
    """A model of what a file holds. AuditErrors: library-key, library-value."""
    for key in data:
        if key not in KEYS:
            raise AuditError(
                "library-key",
                f"unknown key {key:.80}{nearest(key, KEYS, 1)}",
                where=where,
                todo=f"Known: {', '.join(KEYS)}.",
            )
    by = data.get("by", PERSON)
    if by not in (PERSON, GENERATOR):
        _wrong(where, "by", f"{PERSON} or {GENERATOR}", by)
    unread = data.get("unread", [])
    if not isinstance(unread, list) or not all(isinstance(note, str) for note in unread):
        _wrong(where, "unread", "a list of texts", unread)
    rows = {word: _rows(word, data[word], where) for word in WORDS if word in data}
    return LibraryModel(
        where, by, _texts(data, "versions", where), _names(data, "alias", where), rows, tuple(unread)
    )  # fmt: skip


def _rows(word: str, table: object, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, Mapping):
        _wrong(where, word, "a table of dotted names", table)
    rows = {}
    for name, value in table.items():
        key = f'{word}."{name:.80}"'
        if not (_is_name(name) or (word == "import" and name.isidentifier())):
            _wrong(where, key, "a dotted name, package.*.name or *.name as the key", name)
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(text, str) for text in values):
            _wrong(where, key, "a text, or a list of texts", value)
        expected = problem(word, tuple(values))
        if expected:
            _wrong(where, key, expected, value)
        rows[name] = tuple(values)
    return rows


def _is_name(name: str) -> bool:
    parts = name.split(".")
    if len(parts) == 2 and parts[1] == "**":
        return parts[0].isidentifier()
    head = parts[:1] == ["*"] or (len(parts) > 2 and parts[1] == "*")
    plain = parts[1:] if parts[:1] == ["*"] else [parts[0], *parts[2:]] if head else parts
    short = len(parts) > 1 and len(name) <= LONGEST_NAME and (not head or len(plain) in (1, 2))
    return short and all(part.replace("()", "").isidentifier() for part in plain)


def _texts(data: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
    table = data.get(key, {})
    if not isinstance(table, Mapping):
        _wrong(where, key, "a table", table)
    for name, text in table.items():
        if not isinstance(text, str):
            _wrong(where, f'{key}."{name:.80}"', "a text", text)
    return dict(table)


def _names(data: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
    table = _texts(data, key, where)
    for name, target in table.items():
        if not all(target.split(".")) or not all(name.split(".")) or name == target:
            _wrong(where, f'{key}."{name:.80}"', "another dotted name", target)
    return table


def _wrong(where: str, key: str, expected: str, value: object) -> NoReturn:
    raise AuditError("library-value", f"{key} is {value!r:.80}", where=where, todo=f"Expected: {expected}.")
