"""Programs as text, traced as the gate traces them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from code_path_audit.config import ActionConfig, Config
from code_path_audit.sources.model import SourceFile, SourceTree
from code_path_audit.sources.worktree import content_key
from code_path_gate.baseline.model import Baseline
from code_path_gate.measuring import engine
from code_path_gate.measuring.seen import Seen

CLASSES: Mapping[str, Mapping[str, Any]] = {
    "file_io": {"base": 90_000, "per_unit": 0.3, "assumed_size": 4_000},
    "json_io": {"base": 12_000, "per_unit": 190, "assumed_size": 50, "warm_base": 5_000},
    "network": {"base": 1_000_000, "per_unit": 1, "assumed_size": 4_000},
    "deep_copy": {"base": 45_000, "per_unit": 320, "assumed_size": 50},
    "pickle": {"base": 18_000, "per_unit": 80, "assumed_size": 50},
}
"""Weights of the size that measurement gives, so that the threshold separates something."""

ACTION = ActionConfig("save", ("shop.app:main",))


def config(root: Path = Path(".")) -> Config:
    """A configuration with one action, which enters at `shop.app.main`."""
    return Config(root=root, source=("src",), actions=(ACTION,), model="heuristic", classes=CLASSES)


def tree(files: Mapping[str, str]) -> SourceTree:
    """Files by their path below `src`."""
    found = []
    for path, text in files.items():
        names = path.removesuffix(".py").split("/")
        is_package = names[-1] == "__init__"
        data = dedent(text).encode()
        module = ".".join(names[:-1] if is_package else names)
        found.append(SourceFile(f"src/{path}", module, is_package, content_key(data), data))
    return SourceTree(tuple(sorted(found)), ())


def traced(files: Mapping[str, str], entry: str = "shop.app:main") -> tuple[Seen, Baseline]:
    """A trace of the program from an entry point, and the baseline of it."""
    source = tree({"shop/__init__.py": "", **files})
    program = engine.load(source)
    measured = engine.trace(program, ACTION._replace(entry_points=(entry,)), config(), lambda path: None)
    return Seen(measured, program, {file.path: file.data for file in source.files}), measured.current
