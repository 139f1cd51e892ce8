"""The applications that `accuracy` measures on: read from a truth folder, installed into a work folder.

A truth folder holds `scenarios.toml`, `locks/`, `recorded/`, `run.py` and `score.py` (its README says what they are).
The last two are run as they are, imported from their paths.
"""

import importlib
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple


class Scenario(NamedTuple):
    """One application. `source` holds the source roots, relative to `root`; `row` is its table in scenarios.toml."""

    name: str
    packages: tuple[str, ...]
    entries: tuple[str, ...]
    root: Path
    source: tuple[str, ...]
    truth: Path
    row: dict[str, Any]


def borrowed(truth: Path, name: str) -> ModuleType:
    """A module of the truth folder (`score`, `run`), imported from there; leaves nothing behind in that folder."""
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(truth))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(truth))
        sys.dont_write_bytecode = keep


def rows(truth: Path, only: str = "") -> list[dict[str, Any]]:
    """The tables of scenarios.toml, in its order; `only` is a comma-separated choice. SystemExit on an unknown name."""
    with open(truth / "scenarios.toml", "rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["scenario"]
    names = [row["name"] for row in found]
    wanted = [name for name in only.split(",") if name] or names
    if strange := [name for name in wanted if name not in names]:
        raise SystemExit(f"accuracy: no scenario named {', '.join(strange)}; there are {', '.join(names)}")
    return [row for row in found if row["name"] in wanted]


def prepare(row: dict[str, Any], truth: Path, work: Path) -> Scenario:
    """Installs one application with its pins and writes its files; what an earlier run left in `work` is used again."""
    name = row["name"]
    venv, run = work / "venv" / name, work / "run" / name
    borrowed(truth, "run").install(row, venv, None, False)
    for file, text in row.get("files", {}).items():
        path = run / file
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.removeprefix("\n"), encoding="utf-8")
    site = next(iter(sorted(venv.glob("lib/python3*/site-packages"))), venv)
    roots = [folder for folder in (site, run) if folder.is_dir()]
    recorded = truth / "recorded" / f"{name}.json.gz"
    return Scenario(
        name,
        tuple(row["packages"]),
        tuple(row["entries"]),
        work,
        tuple(folder.relative_to(work).as_posix() for folder in roots),
        recorded,
        row,
    )
