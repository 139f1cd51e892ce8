"""Endless programs are programs."""

from __future__ import annotations

import ast

import pytest

from benchmarks import hostile


@pytest.mark.parametrize("name", hostile.HOSTILE)
def test_endless_programs_are_programs(name: str) -> None:
    tree = ast.parse(hostile.HOSTILE[name](5))
    assert "main" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert len(hostile.HOSTILE[name](50)) > 5 * len(hostile.HOSTILE[name](5))
