"""Old file formats, each to the next newer one: one module for each, listed here and nowhere discovered.

A step takes the decoded file of one format and returns that of the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from code_path_gate.baseline.upgrades import v1, v2, v3, v4

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[int, Step] = {1: v1.upgrade, 2: v2.upgrade, 3: v3.upgrade, 4: v4.upgrade}
"""The step from each old format to the one after it."""


def upgrade(data: dict[str, Any], found: int, wanted: int, steps: Mapping[int, Step] = STEPS) -> dict[str, Any] | None:
    """The decoded file in format `wanted`; None where a step is missing. The argument stays as it is."""
    for version in range(found, wanted):
        if version not in steps:
            return None
        data = {**steps[version](dict(data)), "format": version + 1}
    return data
