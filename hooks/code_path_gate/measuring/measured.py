"""What one action of one state was found to pay for: all that is compared."""

from __future__ import annotations

from typing import NamedTuple

from code_path_gate.baseline.model import Baseline
from code_path_gate.measuring.paths import Paths


class Measured(NamedTuple):
    """An action of one state: what a baseline of it holds, who calls whom below its entry points, the threshold, and
    the paths to its ops. Nothing of it is a line: it holds where lines moved."""

    current: Baseline
    calls: dict[str, tuple[str, ...]]
    threshold: int
    paths: Paths
