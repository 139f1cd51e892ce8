"""Baselines of older formats."""

from __future__ import annotations

import re

import pytest

from code_path_audit.errors import AuditError
from code_path_gate.baseline.acceptances import format_acceptances, parse_acceptances
from code_path_gate.baseline.read import parse_baseline
from code_path_gate.baseline.upgrades import upgrade
from code_path_gate.baseline.write import format_baseline
from tests.gate.baseline.files import AGREED, OLD, ONE


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


@pytest.mark.parametrize(("number", "without"), [(1, ("open_loops", "evidence")), (2, ("evidence",)), (3, ()), (4, ())])
def test_a_file_of_an_old_format(number: int, without: tuple[str, ...]) -> None:
    """What it did not say is not known."""
    old = OLD.replace('"format": 5', f'"format": {number}')
    if number < 4:
        old = re.sub(r', "(runs|condition)": "[^"]*"', "", old)
    for field in without:
        old = re.sub(rf'"{field}": [^,]+, ', "", old)
    upgraded = parse_baseline(old.encode(), "save.json", "save")
    rows = (*upgraded.ops, *(acceptance.op for acceptance in upgraded.accepted))
    loops = -1 if "open_loops" in without else 0
    evidence = "" if "evidence" in without else "certain"
    assert list(rows) == [
        (row if number == 4 else row._replace(runs="", condition=""))._replace(open_loops=loops, evidence=evidence)
        for row in (*ONE.ops, AGREED.op)
    ]
    assert (upgraded.accepted[0].reason, upgraded.accepted[0].until) == (AGREED.reason, AGREED.until)
    # it is written as it was read, but for acceptances, which have a file of their own
    again = parse_baseline(format_baseline(upgraded).encode(), "save.json", "save")
    assert again == upgraded._replace(accepted=())
    text = format_acceptances({"save": upgraded.accepted})
    assert parse_acceptances(text.encode(), "accepted.jsonl").by_action == {"save": upgraded.accepted}


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("damage", ['"ops": 1', '"ops": [1, "end"]', '"ops": ["end"], "accepted": {}'])
def test_a_damaged_file_of_an_old_format(damage: str, number: int) -> None:
    with pytest.raises(AuditError) as caught:
        parse_baseline(f'{{"format": {number}, {damage}}}'.encode(), "save.json", "save")
    assert caught.value.slug == "baseline-schema"
