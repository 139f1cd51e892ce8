"""`baselines/observations.jsonl`: sorted, one record a line, so that branches merge; anything malformed is an error."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations import (
    LARGEST,
    EdgeObservation,
    GcObservation,
    ImportObservation,
    LoopObservation,
    Observations,
    OpObservation,
    RunObservation,
    merge,
)  # fmt: skip

FORMAT = 1
MAX_BYTES = 1 << 26
FILE_NAME = "observations.jsonl"
MAX_LOG2 = 63
MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")

KINDS: dict[str, Any] = {
    "op": OpObservation,
    "edge": EdgeObservation,
    "import": ImportObservation,
    "gc": GcObservation,
    "loop": LoopObservation,
    "run": RunObservation,
}
HISTOGRAMS = {("op", "sizes"), ("op", "ns"), ("op", "awaited"), ("import", "ns")}
OPTIONAL = {("op", "trips")}
_INTEGERS = frozenset({"ordinal", "hits", "trips", "generation", "ns"})
WRITTEN = {"cost_class": "class", "hits": "count"}
_READ = {short: name for name, short in WRITTEN.items()}


def render(observations: Observations) -> str:
    """The file's text: the format first, then a record a line, by kind and key."""
    lines = [json.dumps({"observations": FORMAT})]
    for kind, records in zip(KINDS, observations, strict=True):
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
            fields[WRITTEN.get(name, name)] = value
    return fields


def parse(text: str, where: str = FILE_NAME, conflicts: bool = False) -> Observations:
    """Read the file's text. `conflicts` says to take both sides of git's conflict markers, and merge them.

    AuditError: `observations-conflict` for markers, `observations-version` for another format, `observations-corrupt`.
    """
    rows: dict[str, list[Any]] = {kind: [] for kind in KINDS}
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
    return merge(Observations(*(tuple(records) for records in rows.values())))


def _row(kind: str, record: dict[str, Any]) -> Any:
    """One record; ValueError where a field is missing, unknown or of another type."""
    record = {_READ.get(name, name): value for name, value in record.items()}
    values: list[Any] = []
    for name in KINDS[kind]._fields:
        value = record.pop(name, None)
        if (kind, name) in HISTOGRAMS:
            if not isinstance(value, dict | None):
                raise ValueError(f"{name} is no histogram")
            pairs = sorted((int(each), count) for each, count in (value or {}).items())
            if not all(type(count) is int and 0 <= count < MAX_LOG2 and 0 <= each <= LARGEST for each, count in pairs):
                raise ValueError(f"{name} is no histogram")
            value = tuple(pairs)
        elif not ((kind, name) in OPTIONAL and value is None):
            wanted: type = int if name in _INTEGERS else bool if name == "direct" else str
            if type(value) is not wanted:
                raise ValueError(f"{name} should be of type {wanted.__name__}")
            if isinstance(value, int) and not 0 <= value <= (MAX_LOG2 - 1 if name == "hits" else LARGEST):
                raise ValueError(f"{name} is out of range")
        values.append(value)
    if record:
        raise ValueError(f"unknown field {min(record)!r}")
    return KINDS[kind]._make(values)


def too_large(where: str) -> AuditError:
    """The error for a file of more than `MAX_BYTES`."""
    return AuditError(
        "observations-large",
        f"the observations have more than {MAX_BYTES:,} bytes",
        where=where,
        todo="Is it the right file? Otherwise record fewer actions.",
    )


def decode(data: bytes, where: str = FILE_NAME, conflicts: bool = False) -> Observations:
    """Read the file's bytes. AuditError as in `parse`, and `observations-large` for more than are ever recorded."""
    if len(data) > MAX_BYTES:
        raise too_large(where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise AuditError(
            "observations-corrupt",
            "not a record of observations: not UTF-8",
            where=f"{where}:{line}",
            todo="Restore the file from git, or record again.",
        ) from None
    return parse(text, where, conflicts)


def load(path: Path, conflicts: bool = False, root: Path | None = None) -> Observations:
    """The observations in a file; none where there is no file. AuditError as in `decode`; `observations-unreadable`
    where it cannot be read, is no regular file, or is not inside of `root`."""
    try:
        # a pipe of that name would hold us up, a device might never end
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise OSError(0, "not a regular file")
        if root is not None and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
            raise OSError(0, "a link that leads out of the project")
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Observations()
    except OSError as error:
        raise AuditError(
            "observations-unreadable",
            f"cannot read the observations: {error.strerror}",
            where=str(path),
            todo="Put a readable file in its place, or take it away.",
        ) from error
    return decode(data, str(path), conflicts)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """For whoever reads the file and writes it anew: nobody else does meanwhile, as far as the system can hold them
    off. Its folder is made. AuditError `write-outside`."""
    from code_path_audit.sources.writing import lock_folder, require_plain_way

    require_plain_way(path)
    handle = None
    with suppress(OSError):  # what stands in the way of writing is told by whoever writes
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = lock_folder(path.parent)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def store(path: Path, observations: Observations) -> None:
    """Write the file as a whole or not at all; folders are made. AuditError `observations-unwritable`."""
    write_whole(path, render(observations).encode(), slug="observations-unwritable", what="the observations")


def write_whole(path: Path, data: bytes, slug: str, what: str) -> None:
    """Replace a file in one step, so that a killed run leaves it as it was; AuditError(slug) where that fails."""
    from code_path_audit.sources.writing import put_whole

    try:
        put_whole(path, data, f".{path.name}.")
    except OSError as error:
        raise AuditError(slug, f"cannot write {what}: {error.strerror}", where=str(path)) from error
