"""Entry points that packages declare: plugins are loaded by these names, never by an import."""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterator
from pathlib import Path

from code_path_audit.sources.layout import INSTALLED

MAX_BYTES = 1 << 20
EntryPoint = tuple[str, str, str]
"""(group, name, target): ("app.plugins", "search", "app.contrib.search:SearchPlugin")."""


def declared(root: Path, source: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """The entry points that the project declares, and those of the distributions installed in its source roots."""
    rows = set(of_project(text_of(root / "pyproject.toml"), text_of(root / "setup.cfg")))
    for name in source:
        folder = root / name
        try:
            infos = sorted(p for p in folder.iterdir() if p.name.endswith(INSTALLED))
        except OSError:
            continue
        for info in infos:
            rows |= set(of_ini(text_of(info / "entry_points.txt"), ""))
    return tuple(sorted(rows))


def of_project(pyproject: str, setup_cfg: str) -> tuple[EntryPoint, ...]:
    """The entry points that a project declares, from the texts of its two files ("" where there is none)."""
    return tuple(sorted({*of_pyproject(pyproject), *of_ini(setup_cfg, "options.entry_points")}))


def text_of(path: Path) -> str:
    """The text of a small regular file, "" for anything else."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
            return ""
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def of_pyproject(text: str) -> Iterator[EntryPoint]:
    """[project.entry-points], [project.scripts] and [tool.poetry.plugins]."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    project, tool = data.get("project"), data.get("tool")
    tables = []
    if isinstance(project, dict):
        groups = project.get("entry-points")
        tables += list(groups.items()) if isinstance(groups, dict) else []
        tables.append(("console_scripts", project.get("scripts")))
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    if isinstance(poetry, dict) and isinstance(poetry.get("plugins"), dict):
        tables += list(poetry["plugins"].items())
    for group, names in tables:
        if isinstance(names, dict):
            for name, target in names.items():
                if isinstance(target, str):
                    yield group, name, target_of(target)


def of_ini(text: str, section: str) -> Iterator[EntryPoint]:
    """entry_points.txt of an installed distribution, or (with `section`) setup.cfg, where groups are options."""
    if not text:
        return
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for group in parser.sections():
        if not section:
            for name, target in parser.items(group):
                yield group, name, target_of(target)
        elif group == section:
            for inner, lines in parser.items(group):
                for line in lines.splitlines():
                    name, equals, target = line.partition("=")
                    if equals:
                        yield inner, name.strip(), target_of(target)


def target_of(text: str) -> str:
    """A target without its extras: `module:attr` of `module:attr [extra]`."""
    return text.partition("[")[0].strip()
