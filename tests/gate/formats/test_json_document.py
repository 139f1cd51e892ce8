"""JSON has every finding."""

from __future__ import annotations

import json

from code_path_gate.formats.json_document import check_json
from tests.gate.formats.judged import ACCEPTED_HERE, LOAD, OUTDATED, REPORTED
from tests.gate.results import FAILS, result


def test_json_has_every_finding() -> None:
    document = json.loads(check_json(result(FAILS, OUTDATED, ACCEPTED_HERE, REPORTED, LOAD)))
    assert [(row["status"], row["kind"]) for row in document["findings"]] == [
        ("accepted here", "newly_expensive"),
        ("fails", "grown"),
        ("outdated", "newly_expensive"),
        ("reported", "new"),
        ("reported", "load_changed"),
    ]
    assert (document["exit_code"], document["not_affected"]) == (1, ["load"])
    assert document["findings"][1]["cause"]["line"] == 6
