"""Entry points that packages declare: plugins are loaded by these names, never by an import."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator
from pathlib import Path

from code_path_audit.sources.layout import INSTALLED, PROJECT_FILES
from code_path_audit.toml_text import loads

MAX_BYTES = 1 << 20
EntryPoint = tuple[str, str, str]
"""(group, name, target): ("app.plugins", "search", "app.contrib.search:SearchPlugin")."""


def declared(root: Path, source: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """The entry points that the project declares, and those of the distributions installed in its source roots."""
    rows = set(of_project(*(text_of(root / name) for name in PROJECT_FILES)))
    for name in source:
        folder = root / name
        try:
            infos = sorted(p for p in folder.iterdir() if p.name.endswith(INSTALLED))
        except OSError:
            continue
        for info in infos:
            rows |= set(of_ini(text_of(info / "entry_points.txt"), ""))
    return tuple(sorted(rows))


def of_project(pyproject: str, setup_cfg: str, setup_py: str = "") -> tuple[EntryPoint, ...]:
    """The entry points that a project declares, from the texts of its files ("" where there is none)."""
    rows = {*of_pyproject(pyproject), *of_ini(setup_cfg, "options.entry_points"), *of_setup(setup_py)}
    return tuple(sorted(rows))


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
        data = loads(text)
    except (ValueError, RecursionError):  # also a date or a number that Python refuses
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


def of_setup(text: str) -> Iterator[EntryPoint]:
    """setup(entry_points={"group": ["name = module:attr"]}) in setup.py, where it is a literal, or a name for one; also
    where it stands in a dict that setup() is given, `{"entry_points": ...}` or `dict(entry_points=...)`."""
    if "entry_points" not in text:
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    names = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for value in _declared_in(tree):
        yield from of_literal(names.get(value.id, value) if isinstance(value, ast.Name) else value)


def _declared_in(tree: ast.Module) -> Iterator[ast.expr]:
    """What stands for `entry_points` in a setup.py."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("setup", "dict"):
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "entry_points")
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "entry_points":
                    yield value


def of_literal(node: ast.expr) -> Iterator[EntryPoint]:
    """Groups as a dict of lines, or all of it as the text of an entry_points.txt."""
    try:
        groups = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return
    if isinstance(groups, str):
        yield from of_ini(groups, "")
    elif isinstance(groups, dict):
        for group, lines in groups.items():
            for line in (
                lines.splitlines() if isinstance(lines, str) else lines if isinstance(lines, list | tuple) else ()
            ):
                name, equals, target = line.partition("=") if isinstance(line, str) else ("", "", "")
                if equals and isinstance(group, str):
                    yield group, name.strip(), target_of(target)


def target_of(text: str) -> str:
    """A target without its extras: `module:attr` of `module:attr [extra]`."""
    return text.partition("[")[0].strip()
