"""docs/architecture.md names every room, the stages of the pipeline, and where to go for the commonest changes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.system.documentation import DOCS, PACKAGES, PATH, PROJECT, exists

PAGE = DOCS / "architecture.md"

CHANGES = (
    "cost rule", "report", "kind of drift", "language feature", "library's behaviour", "kind of candidate",
    "decorator that keeps", "output format", "configuration", "message", "command", "observation", "stub",
    "version of baselines",
)  # fmt: skip
"""What people come to change, in the order of the page."""


def rows_below(heading: str) -> list[list[str]]:
    """The cells of the rows of the table in a section, without its head."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def rooms(package: str) -> list[str]:
    """Every folder with modules in a package, as the page writes it."""
    root = PACKAGES[package]
    folders = {path.parent for path in root.rglob("*.py") if "__pycache__" not in path.parts}
    return sorted(f"`{folder.relative_to(root).as_posix()}/`" for folder in folders if folder != root)


def test_every_room_of_the_engine_has_a_row() -> None:
    rows = rows_below("The rooms of the engine")
    assert sorted(name for name, _ in rows) == rooms("code_path_audit")


def test_every_room_of_the_gate_has_a_row() -> None:
    rows = rows_below("The rooms of the gate")
    assert sorted(name for name, _ in rows) == rooms("code_path_gate")


def test_a_room_has_one_sentence() -> None:
    for name, text in (*rows_below("The rooms of the engine"), *rows_below("The rooms of the gate")):
        assert text.endswith(".") and ". " not in text, name


def orders() -> list[tuple[Path, list[list[str]]]]:
    """Each order of rooms on the page: the folder, then the names on each level, the upper ones first."""
    section = PAGE.read_text(encoding="utf-8").split("\n## The direction of imports", 1)[1].split("\n## ", 1)[0]
    found = []
    for item in re.findall(r"^- (.+?:.+?)(?=^- |^$)", section, re.MULTILINE | re.DOTALL):
        place, _, chain = item.partition(":")
        inside = PACKAGES["code_path_audit"] / place.strip("`")
        folder = PACKAGES["code_path_gate"] if place == "the gate" else inside
        found.append((folder, [re.findall(r"`(\w+)`", level) for level in chain.split(">")]))
    return found


def imports_between(folder: Path) -> set[tuple[str, str, str]]:
    """(importing file, its room, imported room) for every import inside of a folder, also for type checking alone."""
    package = next(root for root in PACKAGES.values() if folder.is_relative_to(root))
    prefix = ".".join(folder.relative_to(package.parent).parts) + "."
    found = set()
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder).parts
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                if name.startswith(prefix):
                    room = name.removeprefix(prefix).split(".")[0]
                    found.add((path.relative_to(PROJECT).as_posix(), parts[0].removesuffix(".py"), room))
    return found


def test_rooms_import_downwards_only() -> None:
    """What the page says of the order of rooms holds, and names only rooms that exist."""
    assert len(orders()) >= len(("callgraph", "facts", "program", "runtime", "the gate"))
    for folder, levels in orders():
        height = {name: -depth for depth, names in enumerate(levels) for name in names}
        assert [name for name in height if not ((folder / name).is_dir() or (folder / f"{name}.py").is_file())] == []
        upwards = [
            (path, lower, upper)
            for path, lower, upper in imports_between(folder)
            if lower != upper and lower in height and upper in height and height[upper] >= height[lower]
        ]
        assert sorted(upwards) == []


def test_commonest_changes() -> None:
    """Each says which files to touch and which tests show it."""
    rows = rows_below("Where to go for a change")
    assert len(rows) == len(CHANGES)
    for word, (change, touched, tests) in zip(CHANGES, rows, strict=True):
        assert word in change
        assert re.search(PATH.pattern, touched), f"no file is named for {change}"
        named = re.findall(r"`(tests/[^`]+)`", tests)
        missing = [path for path in named if not exists(path) and not (PROJECT / path).is_dir()]
        assert named and not missing, f"no test is named for {change}"


def test_stages_are_those_of_the_pipeline() -> None:
    """What the screen calls a stage is imported by the pipeline, or is the gate's."""
    screen = PAGE.read_text(encoding="utf-8").split("\n## ", 2)[1]
    stages = re.findall(r"^    (\w+)\.(\w+)\.(\w+)\(", screen, re.MULTILINE)
    tree = ast.parse((PROJECT / "audit/code_path_audit/pipeline.py").read_bytes())
    packages = {
        node.module.split(".")[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and "." in node.module
    }
    assert {package for package, _, _ in stages} - {"code_path_gate"} <= packages | {"facts"}
    for package, module, name in stages:
        if package != "code_path_gate":
            source = PACKAGES["code_path_audit"] / package / f"{module}.py"
            assert re.search(rf"^def {name}\(", source.read_text(encoding="utf-8"), re.MULTILINE), (
                package,
                module,
                name,
            )
