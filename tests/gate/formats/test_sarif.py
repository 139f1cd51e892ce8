"""SARIF: valid, and what code scanning requires."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft7Validator

from code_path_gate.formats.sarif import MAX_RESULTS, check_sarif
from code_path_gate.verdict.drift import KINDS
from code_path_gate.verdict.policy import Judged
from code_path_gate.verdict.result import CheckResult
from tests.conftest import ROOT
from tests.gate.formats.judged import ACCEPTED_HERE, LOAD, OUTDATED, REPORTED, hostile
from tests.gate.results import FAILS, GROWN, failing, finding, result

# the copy of JSON Schema Store, whose licence lies beside it
SCHEMA = Draft7Validator(json.loads((ROOT / "tests" / "data" / "sarif" / "sarif-2.1.0.json").read_text("utf-8")))

ACCEPTED = Judged(finding("newly_expensive", "shop.j open 700"), "accepted", "accepted: it is needed")


def sarif(checked: CheckResult) -> dict[str, Any]:
    (run,) = json.loads(check_sarif(checked, "1.2.3"))["runs"]
    return run  # type: ignore[no-any-return]


SARIF = {
    "nothing found": result(code=0),
    "one of every status": result(FAILS, OUTDATED, ACCEPTED_HERE, ACCEPTED, REPORTED, LOAD, prefix="project/"),
    "names of a hostile repository": hostile(),
    "a failing budget": result(Judged(LOAD.finding, "fails", "over the budget")),
    "notes": result(FAILS, notes=("1 file was not audited: [a](b).py: no Python",)),
    "odd paths": result(FAILS, prefix="über all/100%/a:b#c?d/"),
    "more than code scanning takes": result(*(failing(number) for number in range(MAX_RESULTS + 1))),
}


@pytest.mark.parametrize("name", SARIF)
def test_sarif_is_valid_against_its_schema(name: str) -> None:
    text = check_sarif(SARIF[name], "1.2.3")
    assert [error.message for error in SCHEMA.iter_errors(json.loads(text))] == []
    (run,) = json.loads(text)["runs"]
    assert len(run["results"]) <= MAX_RESULTS
    for row in run["results"]:
        uri = row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not set(uri) & set(" :#?") and uri.isascii()


def test_the_schema_refuses_what_is_no_sarif() -> None:
    document = json.loads(check_sarif(result(FAILS), "1.2.3"))
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert not SCHEMA.is_valid(document)


def test_notes_are_notifications() -> None:
    assert sarif(SARIF["notes"])["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                {"level": "note", "message": {"text": "note: 1 file was not audited: \\[a\\](b).py: no Python"}}
            ],
        }
    ]
    assert sarif(SARIF["nothing found"])["invocations"] == [{"executionSuccessful": True}]


def test_sarif_has_what_code_scanning_requires() -> None:
    run = sarif(result(FAILS, OUTDATED, ACCEPTED_HERE, REPORTED, prefix="project/"))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("code-path-gate", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == list(KINDS)
    for rule in driver["rules"]:
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert [row["level"] for row in run["results"]] == ["error", "warning", "note"]
    first = run["results"][0]
    assert driver["rules"][first["ruleIndex"]]["id"] == first["ruleId"]
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "project/src/shop/app.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 6},
            }
        }
    ]
    steps = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps] == [6, 14]
    assert [row["id"] for row in first["relatedLocations"]] == [0, 1]
    for row in run["results"]:
        assert row["message"]["text"]
        assert set(row["partialFingerprints"]) == {"codePathOp/v1", "primaryLocationLineHash"}
        assert len(row["locations"]) == 1


def test_a_fingerprint_does_not_depend_on_lines_or_weights() -> None:
    heavier = Judged(GROWN._replace(after=7_000_000), "fails", "why")
    one, other = (sarif(result(row))["results"][0]["partialFingerprints"] for row in (FAILS, heavier))
    assert one == other


def test_a_finding_without_a_place_is_shown_at_the_baseline() -> None:
    over = Judged(LOAD.finding, "fails", "over the budget")
    (row,) = sarif(result(over))["results"]
    assert row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "baselines/save.json"


def test_no_message_has_a_link_in_it() -> None:
    """SARIF takes `[text](target)` in a plain message for a link."""
    from code_path_gate.formats.sarif import _plain

    assert _plain("a [b](https://c) \\") == "a \\[b\\](https://c) \\\\"
    texts = [item["message"]["text"] for item in json.loads(check_sarif(hostile(), "1"))["runs"][0]["results"]]
    assert texts and not any(re.search(r"(?<!\\)\[[^\]]*\]\(", text) for text in texts)
