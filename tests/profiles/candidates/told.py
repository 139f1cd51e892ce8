"""The candidates of a small program."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.pipeline import load, trace


def told(source: str, folder: Path) -> list[str]:
    """The candidates of a program's `main`, as kind and title."""
    (folder / "m.py").write_text(dedent(source), encoding="utf-8")
    config = default_config(folder)
    profile = trace(load(config), ActionConfig("main", ("m.main",)), config)
    return [f"{row.kind}: {row.title}" for row in profile.candidates]
