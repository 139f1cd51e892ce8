"""What is known of one operation, in `contingency/<op>.toml`: plain values, and the file that keeps them.

The command writes all of it but `[approval]`, which a person types, and `[[alternative]]`, which a person may.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, get_origin, get_type_hints

from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations_file import write_whole
from code_path_audit.sources.toml_files import LARGEST_FILE, from_disk
from code_path_audit.toml_text import loads, quoted

VERSION = 1
FOLDER = "contingency"


class Bottleneck(NamedTuple):
    """Step 1. `share` of what the action's ops took when it was recorded, in `runs` runs at least; `least_share` is
    what was asked for. `ns` took all executions of one run; `size` is that of one, in the unit of its class, 0 where
    unknown.
    """

    share: float
    least_share: float
    runs: int
    ns: int
    size: int


class Package(NamedTuple):
    """Step 2. One alternative, measured on an input of the recorded size: nanoseconds of both, `note` where it could
    not be."""

    package: str
    version: str
    baseline_ns: int
    ns: int
    note: str


class Alternative(NamedTuple):
    """A package that may do the work. `baseline` and `code` are Python that leave a function `run` of one input;
    `sample` names the kind of input."""

    package: str
    requires: tuple[str, ...]
    sample: str
    baseline: str
    code: str
    differs: str


class Approval(NamedTuple):
    """Step 3: typed by a person."""

    name: str
    date: str
    reason: str


class Benchmark(NamedTuple):
    """Step 5: nanoseconds of Python and of the program, everything counted, on an input of so many bytes. `source` is
    the digest of the program that was measured."""

    size: int
    python_ns: int
    native_ns: int
    source: str = ""


class Evidence(NamedTuple):
    """All steps; None for one that has not been taken. `folder` has the program, "" before there is one; `source`
    is the digest of the program as it is now, which is in no file."""

    action: str
    op: str
    bottleneck: Bottleneck | None = None
    packages: tuple[Package, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    approval: Approval | None = None
    folder: str = ""
    benchmark: Benchmark | None = None
    verdict: str = ""
    source: str = ""


def slug_of(op: str) -> str:
    """What files and functions of an operation are called: its last two names, in lower case."""
    words = "_".join(op.split(".")[-2:]).lower()
    text = "".join(char if char.isascii() and (char.isalnum() or char == "_") else "_" for char in words).strip("_")
    return text or "op"


def path_of(root: Path, op: str) -> Path:
    """The file of an operation."""
    return root / FOLDER / f"{slug_of(op)}.toml"


def read(root: Path, action: str, op: str) -> Evidence:
    """What is known; nothing where there is no file. AuditError `contingency-file` for one that is not of this form."""
    path = path_of(root, op)
    try:
        data = from_disk(path)
    except FileNotFoundError:
        return Evidence(action, op)
    except OSError as error:
        raise broken(path, "cannot be read") from error
    if len(data) > LARGEST_FILE:
        raise broken(path, f"larger than {LARGEST_FILE:,} bytes")
    return parse(data, path, action, op)


def parse(file: bytes, path: Path, action: str, op: str) -> Evidence:
    """What a file says of an operation in an action. AuditError `contingency-file` where it is not of this form."""
    try:
        data = loads(file.decode())
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise broken(path, f"not valid TOML: {reason}") from error
    if data.get("version") != VERSION:
        raise broken(path, f"its version is {data.get('version')!r}, not {VERSION}")
    if (data.get("action"), data.get("op")) != (action, op):
        raise broken(path, f"it is of {data.get('op')} in {data.get('action')}, not of {op} in {action}")
    try:
        return evidence_of(data)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise broken(path, f"a value is not of its form: {error}") from error


def broken(path: Path, what: str) -> AuditError:
    """The error for a file that cannot be used."""
    return AuditError("contingency-file", what, str(path), "Correct the file, or delete it to begin again.")


def evidence_of(data: dict[str, Any]) -> Evidence:
    """A file's tables as values."""
    native = table(data, "native")
    approval = table(data, "approval")
    return Evidence(
        str(data["action"]),
        str(data["op"]),
        typed(Bottleneck, table(data, "bottleneck")) if "bottleneck" in data else None,
        tuple(typed(Package, row) for row in data.get("package", ())),
        tuple(typed(Alternative, {**row, "requires": tuple(row["requires"])}) for row in data.get("alternative", ())),
        Approval(*(str(approval.get(key, "")) for key in Approval._fields)) if approval else None,
        str(native.get("folder", "")),
        typed(Benchmark, table(data, "benchmark")) if "benchmark" in data else None,
        str(data.get("verdict", "")),
    )


def table(data: dict[str, Any], name: str) -> dict[str, Any]:
    """A table of a file, empty where there is none."""
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise TypeError(f"{name} is no table")
    return found


def typed(kind: Any, row: dict[str, Any]) -> Any:
    """A row as a value, each field of its type."""
    made = kind(**row)
    for name, wanted in get_type_hints(kind).items():
        value = getattr(made, name)
        allowed = int | float if wanted is float else get_origin(wanted) or wanted
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise TypeError(f"{name} is {value!r}")
    return made


def write(root: Path, evidence: Evidence) -> Path:
    """Write the file as a whole; AuditError `contingency-unwritable`."""
    path = path_of(root, evidence.op)
    write_whole(path, render(evidence).encode(), slug="contingency-unwritable", what="the evidence")
    return path


def render(evidence: Evidence) -> str:
    """The file, the steps in their order."""
    approval = evidence.approval or Approval("", "", "")
    lines = [
        f"# What is known of going native for {evidence.op}: docs/contingency.md. The command writes all but "
        f"[approval],",
        "# which the person who approves it types, and [[alternative]], packages that the table does not know.",
        f"version = {VERSION}",
        f"action = {quoted(evidence.action)}",
        f"op = {quoted(evidence.op)}",
        f"verdict = {quoted(evidence.verdict)}",
    ]
    if evidence.bottleneck is not None:
        lines += ["", "[bottleneck]", *fields(evidence.bottleneck)]
    for alternative in evidence.alternatives:
        lines += ["", "[[alternative]]", *fields(alternative)]
    for package in evidence.packages:
        lines += ["", "[[package]]", *fields(package)]
    lines += ["", "[approval]", *fields(approval)]
    if evidence.folder:
        lines += ["", "[native]", f"folder = {quoted(evidence.folder)}"]
    if evidence.benchmark is not None:
        lines += ["", "[benchmark]", *fields(evidence.benchmark)]
    return "\n".join(lines) + "\n"


def fields(row: NamedTuple) -> list[str]:
    """The fields of a value as TOML."""
    return [f"{name} = {written(value)}" for name, value in zip(row._fields, row, strict=True)]


def written(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(written, value))}]"
    return quoted(value) if isinstance(value, str) else f"{value}"
