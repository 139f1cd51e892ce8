"""A check for programs: JSON, and SARIF's and Markdown's sources in one place."""

from __future__ import annotations

import json

from code_path_gate.verdict.evidence import Step
from code_path_gate.verdict.policy import STATUSES
from code_path_gate.verdict.result import CheckResult, Row

VERSION = 2
"""Of this form; fields may be added without a new one."""


def check_json(result: CheckResult) -> str:
    """One object with the exit code, every action's loads, and every finding; sorted as people see it."""
    document = {
        "version": VERSION,
        "exit_code": result.exit_code,
        "state": result.state,
        "against": result.against,
        "actions": [
            {
                "action": action.verdict.action,
                "baseline": action.baseline,
                "missing_baseline": action.verdict.missing,
                "load_before": action.verdict.load_before,
                "load": action.verdict.load,
                "notes": list(action.verdict.notes),
            }
            for action in result.actions
        ],
        "weakened": list(result.weakened),
        "not_affected": list(result.untouched),
        "findings": [_finding(row) for status in STATUSES for row in result.of(status)],
        "notes": list(result.notes),
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(row: Row) -> dict[str, object]:
    finding, cause = row.judged.finding, row.evidence.cause
    op = finding.now or finding.was
    return {
        "action": row.action,
        "kind": finding.kind,
        "status": row.judged.status,
        "why": row.judged.why,
        "id": finding.id,
        "function": finding.function,
        "what": finding.what,
        "before": finding.before,
        "after": finding.after,
        "note": finding.note,
        "op": op._asdict() if op else None,
        "cause": cause._asdict() if cause else None,
        "evidence": row.evidence.weakest,
        "path": [_step(step) for step in row.evidence.path],
        "path_before": [_step(step) for step in row.evidence.before],
    }


def _step(step: Step) -> dict[str, object]:
    return {**step._asdict(), "loops": list(step.loops)}
