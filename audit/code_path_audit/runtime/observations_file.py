"""`baselines/observations.jsonl`: sorted, one record a line, so that branches merge; anything malformed is an error."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations import (
    EdgeObservation,
    GcObservation,
    ImportObservation,
    Observations,
    OpObservation,
    merge,
)  # fmt: skip

FORMAT = 1
MAX_BYTES = 1 << 26
FILE_NAME = "observations.jsonl"
MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")

_KINDS: dict[str, Any] = {
    "op": OpObservation,
    "edge": EdgeObservation,
    "import": ImportObservation,
    "gc": GcObservation,
}
_HISTOGRAMS = {("op", "sizes"), ("op", "ns"), ("op", "awaited"), ("import", "ns")}
_INTEGERS = frozenset({"ordinal", "hits", "trips", "generation", "ns"})
_WRITTEN = {"cost_class": "class", "hits": "count"}
_READ = {short: name for name, short in _WRITTEN.items()}


def render(observations: Observations) -> str:
    """The file's text: the format first, then a record a line, by kind and key."""
    lines = [json.dumps({"observations": FORMAT})]
    rows = (observations.ops, observations.edges, observations.imports, observations.collections)
    for kind, records in zip(_KINDS, rows, strict=True):
        lines += [json.dumps({"kind": kind, **_plain(row)}) for row in records]
    return "\n".join(lines) + "\n"


def _plain(row: Any) -> dict[str, object]:
    """A record as JSON; what is empty is left out."""
    fields: dict[str, object] = {}
    for name, value in zip(row._fields, row, strict=True):
        if isinstance(value, tuple):
            if value:
                fields[name] = {str(each): count for each, count in value}
        elif value is not None:
            fields[_WRITTEN.get(name, name)] = value
    return fields


def parse(text: str, where: str = FILE_NAME, conflicts: bool = False) -> Observations:
    """Read the file's text. `conflicts` says to take both sides of git's conflict markers, and merge them.

    AuditError: `observations-conflict` for markers, `observations-version` for another format, `observations-corrupt`.
    """
    rows: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    formats: list[Any] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(MARKERS):
            if not conflicts:
                raise AuditError(
                    "observations-conflict",
                    "conflict markers in the observations",
                    where=f"{where}:{number}",
                    todo="Run code-path-audit record --merge on the file.",
                )
            continue
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("not an object")
            if "observations" in record:
                formats.append(record["observations"])
            else:
                kind = record.pop("kind", None)
                rows[kind].append(_row(kind, record))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise AuditError(
                "observations-corrupt",
                f"not a record of observations: {error}",
                where=f"{where}:{number}",
                todo="Restore the file from git, or record again.",
            ) from error
    wrong = [each for each in formats if each != FORMAT or isinstance(each, bool)]
    if wrong or not formats:
        named = f"of format {wrong[0]!r}, not {FORMAT}" if wrong else "that name no format"
        raise AuditError(
            "observations-version",
            f"observations {named}",
            where=where,
            todo="Record again with this version, or use the one that they were made with.",
        )
    return merge(Observations(), Observations(*(tuple(records) for records in rows.values())))


def _row(kind: str, record: dict[str, Any]) -> Any:
    """One record; ValueError where a field is missing, unknown or of another type."""
    record = {_READ.get(name, name): value for name, value in record.items()}
    values: list[Any] = []
    for name in _KINDS[kind]._fields:
        value = record.pop(name, None)
        if (kind, name) in _HISTOGRAMS:
            if not isinstance(value, dict | None):
                raise ValueError(f"{name} is no histogram")
            pairs = sorted((int(each), count) for each, count in (value or {}).items())
            if not all(type(count) is int and 0 <= count < 63 and each >= 0 for each, count in pairs):
                raise ValueError(f"{name} is no histogram")
            value = tuple(pairs)
        elif not (name == "trips" and value is None):
            wanted: type = int if name in _INTEGERS else bool if name == "direct" else str
            if type(value) is not wanted or (isinstance(value, int) and value < 0):
                raise ValueError(f"{name} should be of type {wanted.__name__}")
        values.append(value)
    if record:
        raise ValueError(f"unknown field {min(record)!r}")
    return _KINDS[kind]._make(values)


def load(path: Path, conflicts: bool = False) -> Observations:
    """The observations in a file; none where there is no file. AuditError as in `parse`, also where it cannot be
    read."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES:,} bytes")
        text = data.decode("utf-8")
    except FileNotFoundError:
        return Observations()
    except (OSError, ValueError) as error:
        raise AuditError("observations-corrupt", f"cannot read the observations: {error}", where=str(path)) from error
    return parse(text, str(path), conflicts)


def store(path: Path, observations: Observations) -> None:
    """Write the file as a whole or not at all; folders are made. AuditError `observations-unwritable`."""
    write_whole(path, render(observations).encode(), "observations-unwritable", "the observations")


def write_whole(path: Path, data: bytes, slug: str, what: str) -> None:
    """Replace a file in one step, so that a killed run leaves it as it was; AuditError(slug) where that fails."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with open(descriptor, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        raise AuditError(slug, f"cannot write {what}: {error.strerror}", where=str(path)) from error
