"""The shapes of input whose cost is measured: each makes a project of about the size that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import shapes


@pytest.mark.parametrize("name", shapes.SHAPES)
def test_every_shape_is_a_project_of_its_size(name: str, tmp_path: Path) -> None:
    files = shapes.SHAPES[name](2_000)
    assert "[tool.code-path-audit.actions.a]" in files["pyproject.toml"] and "def f" in files["src/m.py"]
    shapes.write(tmp_path, files)
    small, large = (
        sum(len(path) + len(text) for path, text in shapes.SHAPES[name](size).items()) for size in (20_000, 40_000)
    )
    assert small < large or name in BOUNDED


BOUNDED = {
    "nested comprehensions", "operands of +", "attributes", "nested functions", "folders in one another",
    "packages in one another", "a chain of methods",
}  # fmt: skip
"""Shapes that Python itself, or the length of a path, lets grow no further."""


def test_a_cost_is_measured() -> None:
    cost = shapes.measure(shapes.SHAPES["functions"](500))
    assert cost is not None and cost.code == 0 and cost.seconds > 0 and cost.memory_mb > 1
