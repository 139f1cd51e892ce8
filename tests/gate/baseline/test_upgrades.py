"""Baselines of older formats."""

from __future__ import annotations

import pytest

from code_path_audit.errors import AuditError
from code_path_gate.baseline.read import parse_baseline
from code_path_gate.baseline.upgrades import upgrade
from tests.gate.baseline.files import ONE, TEXT


def test_an_old_format_is_upgraded_step_by_step() -> None:
    steps = {
        1: lambda data: {"rows": data.pop("lines"), **data},
        2: lambda data: {**data, "rows": [*data["rows"], "end"]},
    }
    old = {"format": 1, "lines": ["a"]}
    assert upgrade(old, 1, 3, steps) == {"format": 3, "rows": ["a", "end"]}
    assert old == {"format": 1, "lines": ["a"]}
    assert upgrade(old, 1, 3, {2: steps[2]}) is None
    assert upgrade(old, 1, 1, {}) == old


def test_a_file_of_format_1() -> None:
    old = TEXT.replace('"format": 2', '"format": 1').replace('"open_loops": 0, ', "")
    upgraded = parse_baseline(old.encode(), "save.json", "save")
    # that format did not say in how many loops of unknown bound an op is
    rows = (*upgraded.ops, *(acceptance.op for acceptance in upgraded.accepted))
    assert {row.open_loops for row in rows} == {-1}
    assert [row._replace(open_loops=0) for row in rows] == [*ONE.ops, ONE.accepted[0].op]


@pytest.mark.parametrize("damage", ['"ops": 1', '"ops": [1, "end"]', '"ops": ["end"], "accepted": {}'])
def test_a_damaged_file_of_format_1(damage: str) -> None:
    with pytest.raises(AuditError) as caught:
        parse_baseline(b'{"format": 1, %s}' % damage.encode(), "save.json", "save")
    assert caught.value.slug == "baseline-schema"
