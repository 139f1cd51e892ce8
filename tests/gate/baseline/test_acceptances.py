"""The file of acceptances: what it looks like, and what counts as none."""

from __future__ import annotations

import json

import pytest

from code_path_gate.baseline.acceptances import format_acceptances, parse_acceptances, with_accepted
from code_path_gate.baseline.model import Acceptance
from tests.gate.baseline.files import AGREED, ONE
from tests.gate.rows import op

EDITS = [('"save"', "1"), ('"size"', '"sise"'), ("net.get", "net.put")]
LINE = format_acceptances({"save": [AGREED]})


def test_what_a_file_looks_like() -> None:
    row = json.loads(LINE)
    assert LINE.endswith("}\n")
    assert {name: row[name] for name in ("action", "reason", "until", "function", "callee", "weight")} == {
        "action": "save", "reason": "the server is near", "until": "2027-01-31",
        "function": "shop.net.get", "callee": "requests.get", "weight": 50_000,
    }  # fmt: skip


def test_a_file_comes_back_whole() -> None:
    assert parse_acceptances(LINE.encode(), "a").by_action == {"save": (AGREED,)}
    assert parse_acceptances(None, "a").by_action == {}


def test_both_branches_of_a_merge_are_there() -> None:
    other = Acceptance(op("shop.app.f open 10", "x")._replace(body=""), "small", "")
    both = LINE + format_acceptances({"load": [other]}) + LINE
    assert parse_acceptances(both.encode(), "a").by_action == {"save": (AGREED,), "load": (other,)}


WRONG = ["{", "[]", "<<<<<<< HEAD", "[" * 5000, *(LINE.replace(*edit) for edit in EDITS)]


@pytest.mark.parametrize("line", WRONG)
def test_a_line_that_is_wrong_counts_as_none_and_is_told(line: str) -> None:
    found = parse_acceptances(f"{line.strip()}\n{LINE}".encode(), "baselines/accepted.jsonl")
    assert found.by_action == {"save": (AGREED,)}
    assert [fault.partition(" counts")[0] for fault in found.faults] == ["baselines/accepted.jsonl:1"]


def test_what_an_old_baseline_had_stays() -> None:
    old = Acceptance(op("shop.app.f open 10", "x")._replace(body=""), "small", "")
    whole = with_accepted(ONE._replace(accepted=(old,)), parse_acceptances(LINE.encode(), "a"))
    assert set(whole.accepted) == {old, AGREED}


ACCEPTANCES = {
    "no reason": ('"reason": "the server is near", ', "", "its reason or its expiry date is not a text"),
    "a date that is a number": (
        '"until": "2027-01-31"', '"until": 20270131', "its reason or its expiry date is not a text"
    ),
    "an unknown key": ('"until": "2027-01-31"', '"until": "", "by": "me"', "unknown keys: by"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTANCES)
def test_a_malformed_acceptance_is_kept_and_counts_as_none(name: str) -> None:
    old, new, fault = ACCEPTANCES[name]
    assert old in LINE
    ((acceptance,),) = parse_acceptances(LINE.replace(old, new).encode(), "a").by_action.values()
    assert acceptance.fault == fault
