"""A check as SARIF 2.1.0, with what GitHub code scanning requires."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from code_path_audit.errors import printable
from code_path_gate.formats import phrases
from code_path_gate.formats.github import place
from code_path_gate.verdict.drift import KINDS
from code_path_gate.verdict.evidence import Step
from code_path_gate.verdict.result import CheckResult, Row

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 5_000
"""Code scanning shows no more of one run."""

MAX_STEPS = 100
"""Steps of one path."""

MAX_STEPS_IN_ALL = 20_000
"""Steps of all paths together: what is uploaded may have no more than 10 MB, compressed. The paths of the gravest are
whole; of what does not fit, the two ends are left."""

LEVELS = {"fails": "error", "outdated": "warning", "accepted here": "note", "accepted": "note"}


def check_sarif(result: CheckResult, version: str) -> str:
    """One run. `version` is the tool's. Findings that fail nothing are left out, unless somebody accepted them."""
    found = [row for status in LEVELS for row in result.of(status)][:MAX_RESULTS]
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "code-path-gate",
                        "semanticVersion": version,
                        "rules": [_rule(kind) for kind in KINDS],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
                "invocations": [_invocation(result)],
                "results": [_result(row, result.prefix, most) for row, most in zip(found, _room(found), strict=True)],
            }
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _invocation(result: CheckResult) -> dict[str, object]:
    """That the check came to its end, and what else it says: what was left out, what the analysis gave up."""
    said = [{"level": "note", "message": {"text": _plain(note)}} for note in phrases.notes(result)]
    return {"executionSuccessful": True, **({"toolExecutionNotifications": said} if said else {})}


def _rule(kind: str) -> dict[str, object]:
    return {
        "id": kind,
        "name": "".join(part.capitalize() for part in kind.split("_")),
        "shortDescription": {"text": phrases.KIND_WORDS[kind].capitalize()},
        "fullDescription": {"text": phrases.KIND_HELP[kind]},
        "help": {"text": f"{phrases.KIND_HELP[kind]} code-path-gate check --explain says more."},
        "defaultConfiguration": {"level": "error" if kind in ("newly_expensive", "grown") else "warning"},
        "properties": {"tags": ["performance"], "problem.severity": "error", "precision": "high"},
    }


def _room(rows: Sequence[Row]) -> Iterator[int]:
    """How many steps each result may have."""
    left = MAX_STEPS_IN_ALL
    for row in rows:
        wanted = min(len(row.evidence.path or row.evidence.before), MAX_STEPS)
        most = wanted if wanted <= left else 2
        left -= min(most, wanted)
        yield most


def _result(row: Row, prefix: str, most: int) -> dict[str, object]:
    finding, evidence, status = row.judged.finding, row.evidence, row.judged.status
    size = phrases.weights(finding, row.calibrated)
    text = f"{phrases.title(row)}: {phrases.KIND_WORDS[finding.kind]}{f', {size}' if size else ''}. {row.judged.why}."
    if evidence.cause is not None:
        text += f" Cause: {phrases.cause_text(evidence.cause)}."
    if evidence.is_doubtful:
        text += f" Note: {phrases.doubt(evidence.path)}."
    if status in ("fails", "outdated"):
        text += f" {phrases.remedy(row)}"
    file, line = place(row, prefix)
    document: dict[str, object] = {
        "ruleId": finding.kind,
        "ruleIndex": KINDS.index(finding.kind),
        "level": LEVELS[status],
        "message": {"text": _plain(text)},
        "locations": [_location(file, line)],
        # the first is the only one that code scanning looks at
        "partialFingerprints": {
            "primaryLocationLineHash": f"{_fingerprint(row)[:16]}:1",
            "codePathOp/v1": _fingerprint(row),
        },
        "properties": {
            "action": row.action,
            "status": status,
            "before": finding.before,
            "after": finding.after,
            "evidence": evidence.weakest,
        },
    }
    steps = _shown(evidence.path or evidence.before, most)
    if steps:
        document["relatedLocations"] = [
            {**_location(prefix + step.file, step.line, phrases.step_text(step)), "id": number}
            for number, step in enumerate(steps)
        ]
        document["codeFlows"] = [{"threadFlows": [{"locations": [_flow(step, prefix) for step in steps]}]}]
    if status == "accepted":  # "accepted here" is for a reviewer to see
        document["suppressions"] = [{"kind": "external", "justification": row.judged.why}]
    return document


def _plain(text: str) -> str:
    """A message in which nothing is a link: SARIF has `[text](target)` in plain text, too."""
    return re.sub(r"([\\\[\]])", r"\\\1", printable(text))


def _shown(steps: tuple[Step, ...], most: int) -> tuple[Step, ...]:
    return steps if len(steps) <= most else (*steps[: most - 1], steps[-1])


def _flow(step: Step, prefix: str) -> dict[str, object]:
    importance = "essential" if step.loops else "important"
    return {"location": _location(prefix + step.file, step.line, phrases.step_text(step)), "importance": importance}


def _location(file: str, line: int, text: str = "") -> dict[str, object]:
    location: dict[str, object] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": max(line, 1)},
        }
    }
    return {**location, "message": {"text": _plain(text)}} if text else location


def _fingerprint(row: Row) -> str:
    """The same finding again, whatever line it is on: from the op's identity, else from what it is about."""
    return hashlib.sha256(f"{row.action}:{row.judged.finding.key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
