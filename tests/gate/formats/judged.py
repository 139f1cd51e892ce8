"""Judged findings, for the tests of the formats."""

from __future__ import annotations

from code_path_audit.reports.figures import Told
from code_path_gate.verdict.drift import Finding
from code_path_gate.verdict.evidence import Evidence, Step
from code_path_gate.verdict.policy import ActionVerdict, Judged
from code_path_gate.verdict.result import ActionResult, CheckResult, rows
from tests.gate.results import GROWN, finding

REPORTED = Judged(finding("new", "shop.g open 10"), "reported", "")
ACCEPTED_HERE = Judged(
    finding("newly_expensive", "shop.h open 500"), "accepted here", "this change refreshed the baseline"
)
OUTDATED = Judged(finding("newly_expensive", "shop.i open 600"), "outdated", "the baseline was out of date already")
LOAD = Judged(Finding("load_changed", "save", "", "", "", 150_000, 6_000_000), "reported", "")
HOSTILE = "f\x1b[2J\n::error::x<script>`|*\u202e"


def hostile() -> CheckResult:
    row = GROWN._replace(function=HOSTILE, what=HOSTILE)
    steps = (Step(HOSTILE, f"src/{HOSTILE}.py", 1, (), "certain"),)
    verdict = ActionVerdict("save", (Judged(row, "fails", "why"),), 1, 2, Told(1, 0), Told(2, 0))
    actions = (ActionResult(verdict, {row.id: Evidence(steps)}, "b.json"),)
    return CheckResult("s", "", actions, rows(actions), (), (HOSTILE,), 1)
