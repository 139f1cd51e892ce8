"""What GitHub and GitLab take, as they document it, and the largest answers that a check can give."""

from __future__ import annotations

import gzip
import json

import pytest

from code_path_gate.formats.github import annotate
from code_path_gate.formats.markdown import check_markdown
from code_path_gate.formats.sarif import check_sarif
from code_path_gate.verdict.evidence import Cause, Evidence, Step
from code_path_gate.verdict.result import CheckResult
from tests.gate.results import explained, failing, result

GITHUB = {
    "annotations of one level in a step": 10,  # "Workflow commands": 10 warnings and 10 errors a step, 50 a job
    "bytes of an annotation": 64 * 1024,  # "Check runs": the message is of at most 64 KB
    "bytes of a title": 255,
    "bytes of a step summary": 1024 * 1024,
    "results of a run": 5_000,  # "SARIF support": 25,000 are taken, 5,000 shown
    "bytes of SARIF, compressed": 10 * 1024 * 1024,
    "locations of a thread flow": 10_000,
    "locations of a result": 1_000,
    "tags of a rule": 20,
}
GITLAB = {"characters of a comment": 1_000_000}


@pytest.fixture(scope="module")
def huge() -> CheckResult:
    """Six thousand findings, each with a cause of its own, along paths of three hundred functions with long names."""
    findings = [failing(number) for number in range(6_000)]
    path = tuple(
        Step(f"shop.{'x' * 150}{number}", f"src/{'d' * 100}/f{number}.py", number + 1, (number,), "likely")
        for number in range(300)
    )
    evidence = {
        judged.finding.id: Evidence(
            path, path, Cause(f"shop.f{number}", "open", f"src/f{number}.py", 1, "now in a loop")
        )
        for number, judged in enumerate(findings)
    }
    return explained(result(*findings), evidence)


def test_annotations(huge: CheckResult) -> None:
    lines = annotate(huge).splitlines()
    errors = [line for line in lines if line.startswith("::error ")]
    assert 0 < len(errors) <= GITHUB["annotations of one level in a step"]
    for line in errors:
        properties, _, message = line.removeprefix("::error ").partition("::")
        assert len(message.replace("%0A", "\n").encode()) <= GITHUB["bytes of an annotation"]
        assert len(properties.rpartition("title=")[2].encode()) <= GITHUB["bytes of a title"]


def test_the_step_summary_and_a_comment(huge: CheckResult) -> None:
    text = check_markdown(huge)
    assert len(text.encode()) <= GITHUB["bytes of a step summary"]
    assert len(text) <= GITLAB["characters of a comment"]
    assert "more" in text.splitlines()[-1] or "... and" in text


def test_sarif(huge: CheckResult) -> None:
    text = check_sarif(huge, "1.0")
    assert len(gzip.compress(text.encode(), 1)) <= GITHUB["bytes of SARIF, compressed"]
    (run,) = json.loads(text)["runs"]
    assert 0 < len(run["results"]) <= GITHUB["results of a run"]
    for row in run["results"]:
        assert len(row["relatedLocations"]) + len(row["locations"]) <= GITHUB["locations of a result"]
        (flow,) = row["codeFlows"][0]["threadFlows"]
        assert len(flow["locations"]) <= GITHUB["locations of a thread flow"]
    assert all(len(rule["properties"]["tags"]) <= GITHUB["tags of a rule"] for rule in run["tool"]["driver"]["rules"])
