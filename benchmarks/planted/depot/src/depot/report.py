"""The report, a line for each row."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

SETTINGS = Path("settings.yaml")


def settings() -> dict:
    """What the report is to show."""
    return yaml.load(SETTINGS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def revision() -> str:
    """Of which sources the report is."""
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def heading(config: dict) -> str:
    """What stands above the lines."""
    return f"{config['title']} {revision()}\n"


def line(row: dict, config: dict) -> str:
    """The line of a row."""
    return f"{row['sku']} {row['count']} {config['unit']}\n"
