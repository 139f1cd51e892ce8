"""A check for a person at a terminal: a screen by default, everything with `--explain`."""

from __future__ import annotations

from collections.abc import Iterable

from code_path_audit.errors import printable
from code_path_gate.formats import phrases
from code_path_gate.verdict.evidence import Step
from code_path_gate.verdict.result import CheckResult, Row

SCREEN = 24
"""Lines that the short form keeps to."""

LABELS = {"accepted here": "ACCEPTED HERE", "fails": "FAILS", "outdated": "OUT OF DATE", "accepted": "accepted"}
MAX_PATH = 160
"""Characters of a path in the short form; steps in the middle go first."""


def check_text(result: CheckResult, explain: bool = False) -> str:
    """The whole answer; short form: the gravest findings that fit a screen, and how to see the rest."""
    lines = [f"code-path-gate: {phrases.headline(result)}"]
    if explain:
        lines += _long(result)
    else:
        lines += _short(result, SCREEN - 1)
    return "".join(f"{printable(line)}\n" for line in lines)


def _short(result: CheckResult, room: int) -> list[str]:
    notes = [f"note: {note}" for note in [*result.notes, *_action_notes(result)]]
    tail = [*phrases.minor(result), *phrases.lost_guards(result), *notes]
    shown = result.of("accepted here") + result.of("fails") + result.of("outdated")
    blocks = [_block(row) for row in shown]
    advice = _advice(result, shown)
    kept: list[str] = []
    count = 0
    # the last lines may say what was left out
    reserve = len(advice) + min(len(tail), 3) + 1
    for block in blocks:
        if count and len(kept) + len(block) > room - reserve:
            break
        kept += block
        count += 1
    if count < len(blocks):
        kept.append(f"and {len(blocks) - count} more: code-path-gate check --explain")
    left = max(room - len(kept) - len(advice), 1)
    if len(tail) > left:
        tail = [*tail[: left - 1], f"and {len(tail) - left + 1} more lines: code-path-gate check --explain"]
    return [*kept, *tail, *advice]


def _block(row: Row) -> list[str]:
    finding, evidence = row.judged.finding, row.evidence
    change = phrases.weights(finding)
    kind = phrases.KIND_WORDS[finding.kind]
    head = f"{LABELS[row.judged.status]} {phrases.title(row)}: {kind}{f', {change}' if change else ''}"
    what = f" [op {finding.id}]" if finding.id else ""
    lines = [head + what, f"    {'; '.join(part for part in (row.judged.why, finding.note) if part)}"]
    if evidence.cause is not None:
        cause = evidence.cause
        lines.append(f"    edge {phrases.cause_text(cause)} ({cause.file}:{cause.line})")
    elif evidence.path:
        lines.append(f"    at   {evidence.path[-1].file}:{evidence.path[-1].line}")
    if evidence.path:
        lines.append(f"    path {_cut(phrases.path_text(evidence.path))}")
        if evidence.is_doubtful:
            lines.append(f"    {phrases.doubt(evidence.path)}")
    return lines


def _cut(text: str) -> str:
    """A path of one screen's width: its first step, and as many of its last as there is room for."""
    steps = text.split(" > ")
    if len(text) <= MAX_PATH or len(steps) < 3:
        return text if len(text) <= MAX_PATH else f"{text[:MAX_PATH]}..."
    last: list[str] = []
    room = MAX_PATH - len(steps[0]) - len(" > ... ")
    for step in reversed(steps[1:]):
        room -= len(step) + len(" > ")
        if room < 0 and last:
            break
        last.insert(0, step)
    return " > ".join([steps[0], "...", *last])[: 2 * MAX_PATH]


def _advice(result: CheckResult, shown: tuple[Row, ...]) -> list[str]:
    failing = [row for row in shown if row.judged.status == "fails"]
    stale = [row for row in shown if row.judged.status == "outdated"]
    over = next((row for row in (*failing, *stale) if phrases.over_budget(row)), None)
    budget = [] if over is None else [f"    {phrases.remedy(over)}"]
    failing = [row for row in failing if not phrases.over_budget(row)]
    if failing:
        op = next((row for row in failing if row.judged.finding.id), None)
        lines = ["What to do: fix it; or accept one op; or admit all that changed (* loop, ? likely call):"]
        if op is not None:
            # an op has the same id in every action; accepted without one, it is accepted in all of them
            alike = {row.action for row in failing if row.judged.finding.id == op.judged.finding.id}
            action = f"--action {op.action} " if len(alike) == 1 else ""
            command = f"refresh {action}--accept {op.judged.finding.id}"
            lines.append(f'    code-path-gate {command} --reason "..." --until YYYY-MM-DD')
        actions = dict.fromkeys(row.action for row in failing)
        return [*lines, f"    code-path-gate refresh{_named(actions)}", *budget]
    actions = dict.fromkeys(row.action for row in stale if not phrases.over_budget(row))
    if actions:
        return [f"What to do: code-path-gate refresh{_named(actions)}, and commit the baseline.", *budget]
    return ["What to do:", *budget] if budget else []


MAX_NAMED = 3
"""Actions that one command names; of more, all are meant."""


def _named(actions: Iterable[str]) -> str:
    names = list(actions)
    return "".join(f" --action {name}" for name in names) if len(names) <= MAX_NAMED else ""


def _action_notes(result: CheckResult) -> list[str]:
    return [f"{action.verdict.action}: {note}" for action in result.actions for note in action.verdict.notes]


def _long(result: CheckResult) -> list[str]:
    lines = [f"checked: {result.state}" + (f", against {result.against}" if result.against else "")]
    for row in result.of(*LABELS, "reported"):
        finding, evidence = row.judged.finding, row.evidence
        label = LABELS.get(row.judged.status, "reported")
        lines += ["", f"{label}: {phrases.title(row)}"]
        facts = [
            ("kind", phrases.KIND_WORDS[finding.kind]),
            ("what", phrases.KIND_HELP[finding.kind]),
            ("why", "; ".join(part for part in (row.judged.why, finding.note) if part)),
            ("op", finding.id),
            ("work", phrases.work(finding)),
            ("before, after", phrases.weights(finding)),
        ]
        if evidence.cause is not None:
            cause = evidence.cause
            facts.append(("cause", f"{phrases.cause_text(cause)} ({cause.file}:{cause.line})"))
        facts += _path("path", evidence.path) + _path("path before", evidence.before)
        facts.append(("doubt", phrases.doubt(evidence.path)))
        if row.judged.status in ("fails", "outdated"):
            facts.append(("to do", phrases.remedy(row)))
        lines += [f"  {name:<14}{value}" for name, value in facts if value]
    lines += [f"note: {note}" for note in [*result.notes, *_action_notes(result)]]
    if result.untouched:
        lines += ["", f"not affected by the change: {', '.join(result.untouched)}"]
    return lines


def _path(name: str, path: tuple[Step, ...]) -> list[tuple[str, str]]:
    return [
        (name if at == 0 else "", f"{phrases.step_text(step)}  {step.file}:{step.line}") for at, step in enumerate(path)
    ]
