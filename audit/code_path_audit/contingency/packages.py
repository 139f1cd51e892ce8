"""Step 2: the alternatives to an operation, each installed into a scratch environment and measured there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from code_path_audit.contingency.evidence import Alternative, Package
from code_path_audit.errors import AuditError

TABLE = Path(__file__).with_name("alternatives.toml")
MEASURE = Path(__file__).with_name("measure.py")
INSTALL = ("install", "--quiet", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:")

TYPICAL = 10_000
"""Bytes or nodes of an input, where no size was recorded."""
TIMEOUT = 600
"""Seconds that installing or measuring a package may take."""


@cache
def known() -> dict[str, tuple[Alternative, ...]]:
    """The table: alternatives by the name of the operation."""
    works = tomllib.loads(TABLE.read_text(encoding="utf-8"))["work"]
    return {name: tuple(_alternatives(work)) for work in works for name in work["names"]}


def _alternatives(work: dict[str, Any]) -> Iterable[Alternative]:
    for row in work["alternative"]:
        requires = tuple(dict.fromkeys([*work["requires"], *row["requires"]]))
        yield Alternative(row["package"], requires, work["sample"], work["baseline"], row["code"], row["differs"])


def alternatives_to(op: str, own: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """Those of the table, then those that a person typed; of one name that of the person."""
    typed = {row.package for row in own}
    return (*(row for row in known().get(op, ()) if row.package not in typed), *own)


def measure_all(
    rows: Iterable[Alternative], size: int, told: Callable[[str], None] = lambda _: None
) -> tuple[Package, ...]:
    """Each alternative on an input of a size (0: a typical one), in an environment of its own that is thrown away."""
    found = []
    for row in rows:
        told(f"measuring {row.package}")
        with TemporaryDirectory(prefix="code-path-audit-") as folder:
            found.append(measure(row, size or TYPICAL, Path(folder)))
    return tuple(found)


def measure(row: Alternative, size: int, folder: Path) -> Package:
    """One alternative; a package that cannot be installed or run is no alternative, and says why."""
    python = environment(folder)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if row.requires:
        installed = run([sys.executable, "-P", "-m", "pip", "--python", str(python), *INSTALL, *row.requires])
        if installed.returncode:
            lines = [line for line in installed.stderr.splitlines() if line.startswith("ERROR")]
            return Package(row.package, "", 0, 0, f"cannot be installed: {(lines or ['pip failed'])[-1][:200]}")
        version = version_of(python, row.requires[-1])
    asked = {"sample": row.sample, "size": size, "baseline": row.baseline, "code": row.code}
    done = run([str(python), "-I", str(MEASURE)], json.dumps(asked))
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {"error": done.stderr.strip()[-200:] or f"exit code {done.returncode}"}
    if "error" in answer:
        return Package(row.package, version, 0, 0, str(answer["error"]))
    return Package(row.package, version, int(answer["baseline_ns"]), int(answer["ns"]), row.differs)


def environment(folder: Path) -> Path:
    """A new environment with nothing in it; returns its Python."""
    try:
        venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(folder)
    except OSError as error:
        raise AuditError("contingency-scratch", f"cannot make an environment: {error}", str(folder)) from error
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_of(python: Path, requirement: str) -> str:
    """The version of a package that was installed."""
    name = requirement.partition("=")[0].partition("<")[0].partition(">")[0].partition("[")[0].strip()
    code = f"import importlib.metadata as m; print(m.version({name!r}))"
    return run([str(python), "-I", "-c", code]).stdout.strip()


def run(
    command: list[str], given: str = "", folder: Path | None = None, seconds: float = TIMEOUT
) -> subprocess.CompletedProcess[str]:
    """A program and what it says; one that takes too long has failed."""
    try:
        return subprocess.run(
            command, input=given, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", f"ERROR: {error}")
