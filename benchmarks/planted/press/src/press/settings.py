"""The settings of a press."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("press.toml")


@cache
def settings() -> dict:
    """What is set."""
    with open(FILE, "rb") as stream:
        return tomllib.load(stream)


@cache
def release() -> str:
    """The version that is built."""
    done = subprocess.run(["git", "describe", "--tags"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def site_name() -> str:
    """What a site is called."""
    return settings()["name"]


def footer() -> str:
    """The last line of a page."""
    return f"{site_name()} {release()}"
