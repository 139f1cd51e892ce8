"""What a check says, as the page has it; what the gate really prints is in the tests of its command `report`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from code_path_audit.reports.page.changes import changes_of, not_compared
from code_path_audit.reports.page.values import Change, Changes

FINDING: dict[str, Any] = {
    "action": "save", "kind": "grown", "status": "fails", "why": "an expensive op moved", "id": "abc",
    "function": "shop.save", "what": "open", "before": 1, "after": 2, "note": "because of a loop",
    "op": {"runs": "1 * row"},
    "cause": {"file": "a.py", "line": 3, "function": "shop.save", "callee": "open", "how": "for"},
}  # fmt: skip
CHANGE = Change(
    "grown", "fails", "abc", "shop.save", "open", 1, 2, "because of a loop; an expensive op moved",
    "a.py:3: shop.save -> open, for",
)  # fmt: skip


def _check(*findings: dict[str, Any]) -> str:
    actions = [{"action": name, "missing_baseline": name == "new"} for name in ("save", "load", "new")]
    return json.dumps({"actions": actions, "findings": findings})


@pytest.mark.parametrize(
    ("finding", "change"),
    [
        (FINDING, CHANGE),
        (FINDING | {"cause": None, "why": ""}, CHANGE._replace(cause="", why="because of a loop")),
        (FINDING | {"op": {"runs": "1 * a * b * c * d"}}, CHANGE._replace(before=None, after=None)),
        (FINDING | {"op": None, "id": ""}, CHANGE._replace(op="")),
    ],
)
def test_a_difference(finding: dict[str, Any], change: Change) -> None:
    found = changes_of(_check(finding, FINDING | {"kind": "load_changed"}), ["save", "load", "new", "later"])
    assert found == {
        "save": Changes((change,)),
        "load": Changes(),
        "new": Changes(note="There is no baseline of this action."),
        "later": Changes(),
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"actions": 1}', _check({}), "[" * 100_000])
def test_what_is_no_answer_of_a_check(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        changes_of(text, ["save"])


def test_why_nothing_was_compared() -> None:
    assert not_compared("no git.", ["save"]) == {"save": Changes(note="Nothing was compared: no git.")}
