"""A check's result by hand, with one finding of every status."""

from __future__ import annotations

from collections.abc import Mapping

from code_path_audit.reports.figures import Told
from code_path_gate.verdict.drift import Finding
from code_path_gate.verdict.evidence import Cause, Evidence, Step
from code_path_gate.verdict.policy import ActionVerdict, Judged
from code_path_gate.verdict.result import ActionResult, CheckResult, rows
from tests.gate.rows import op

PATH = (
    Step("shop.app.save", "src/shop/app.py", 6, (5,), "certain"),
    Step("shop.store.write", "src/shop/store.py", 14, (), "likely"),
)
CAUSE = Cause(
    "shop.app.save", "shop.store.write", "src/shop/app.py", 6, "now in a loop", "loop", "added", "write(cart)"
)
WAS, NOW = op("shop.store.write json.dump 1000"), op("shop.store.write json.dump 1000 x40")
GROWN = Finding(
    "grown", "save", NOW.id, NOW.function, NOW.callee, WAS.weight, NOW.weight, WAS, NOW, "about 1 -> 40 runs"
)
FAILS = Judged(GROWN, "fails", "an expensive op became at least 2 times as heavy")


def finding(kind: str, text: str, before: int | None = None) -> Finding:
    row = op(text)
    return Finding(kind, "save", row.id, row.function, row.callee, before, row.weight, None, row)


def failing(number: int) -> Judged:
    return Judged(finding("newly_expensive", f"shop.f{number:02} open {1000 + number}"), "fails", "an op crossed")


def result(*judged: Judged, code: int = 1, notes: tuple[str, ...] = (), prefix: str = "") -> CheckResult:
    """One action with these findings, the first of them explained by a path; and one action that is not affected."""
    evidence = {row.finding.id: Evidence() for row in judged}
    if judged and judged[0].finding.id:
        evidence[judged[0].finding.id] = Evidence(PATH, PATH, CAUSE)
    verdict = ActionVerdict("save", judged, 150_000, 6_000_000, Told(150_000, 0), Told(6_000_000, 0))
    actions = (ActionResult(verdict, evidence, "baselines/save.json", threshold=40_000),)
    return CheckResult("the index", "", actions, rows(actions), ("load",), notes, code, prefix)


def explained(of: CheckResult, evidence: Mapping[str, Evidence]) -> CheckResult:
    """The same findings of the one action, with other evidence."""
    actions = (of.actions[0]._replace(evidence=evidence),)
    return of._replace(actions=actions, rows=rows(actions))
