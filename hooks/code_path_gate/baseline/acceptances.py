"""Acceptances of ops in a file of their own, beside the baselines: one a line, so that branches merge, and so that they
outlive a refresh and a broken baseline."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from code_path_audit.costs.identity import op_id
from code_path_audit.errors import AuditError
from code_path_gate.baseline.model import Acceptance, Baseline, op_order
from code_path_gate.baseline.read import MAX_BYTES, Reader
from code_path_gate.baseline.write import op_row

FILE = "accepted.jsonl"
"""Its name, in the folder of the baselines."""

ATTRIBUTES = ".gitattributes"
"""What tells git how to merge them, beside it."""


class Accepted(NamedTuple):
    """What a file holds: acceptances by action, and what is wrong with lines that count as none, in words."""

    by_action: Mapping[str, tuple[Acceptance, ...]] = {}
    faults: tuple[str, ...] = ()


def parse_acceptances(data: bytes | None, where: str) -> Accepted:
    """The acceptances of a file; None: there is none. Never an error: a line that is wrong counts as none."""
    if data is None:
        return Accepted()
    if len(data) > MAX_BYTES:
        return Accepted({}, (f"{where} is too large: its acceptances count as none",))
    found: dict[str, dict[str, Acceptance]] = {}
    faults = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict) or not isinstance(row.get("action"), str):
                raise ValueError("no action")
            action = row.pop("action")
            acceptance = Reader(where, action).acceptance(row, f"line {number}")
            op = acceptance.op
            if op.id != op_id(op.function, op.callee, op.base_class, op.ordinal):
                raise ValueError("the id does not follow from the rest of the row")
        except (ValueError, RecursionError, AuditError) as error:
            faults.append(f"{where}:{number} counts as no acceptance: {str(error)[:200]}")
            continue
        of_action = found.setdefault(action, {})
        known = of_action.get(op.id)
        # of two branches that accepted one op the one that found it heavier knew what it is like now
        if known is None or known.op.weight <= op.weight:
            of_action[op.id] = acceptance
    return Accepted({action: tuple(rows.values()) for action, rows in found.items()}, tuple(faults))


def with_accepted(baseline: Baseline, accepted: Accepted) -> Baseline:
    """A baseline with the acceptances of its action, those of an older format among them."""
    own = {acceptance.op.id: acceptance for acceptance in baseline.accepted}
    own.update((acceptance.op.id, acceptance) for acceptance in accepted.by_action.get(baseline.action, ()))
    return baseline._replace(accepted=tuple(sorted(own.values())))


def format_acceptances(by_action: Mapping[str, Iterable[Acceptance]]) -> str:
    """The text of a file: sorted, one a line."""
    lines = []
    for action in sorted(by_action):
        for acceptance in sorted(by_action[action], key=lambda acceptance: op_order(acceptance.op)):
            said: dict[str, Any] = {"reason": acceptance.reason, "until": acceptance.until}
            lines.append(json.dumps({"action": action, **said, **op_row(acceptance.op)}))
    return "".join(f"{line}\n" for line in lines)
