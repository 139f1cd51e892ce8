"""Old file formats, each to the next newer one: one module for each, listed here and nowhere discovered.

A step takes the decoded file of one format and returns that of the next. Format 1 is the first, so there is none yet;
the module for format 1 will be `upgrades/v1.py` with `def upgrade(data)`, and the line `1: v1.upgrade` here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[int, Step] = {}
"""The step from each old format to the one after it."""


def upgrade(data: dict[str, Any], found: int, wanted: int, steps: Mapping[int, Step] = STEPS) -> dict[str, Any] | None:
    """The decoded file in format `wanted`; None where a step is missing. The argument stays as it is."""
    for version in range(found, wanted):
        if version not in steps:
            return None
        data = {**steps[version](dict(data)), "format": version + 1}
    return data
