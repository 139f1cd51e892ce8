"""A check for GitHub Actions: annotations, and a step summary."""

from __future__ import annotations

from code_path_audit.errors import AuditError, printable
from code_path_gate.formats import phrases
from code_path_gate.verdict.groups import Group, groups
from code_path_gate.verdict.result import CheckResult, Row

MAX_ANNOTATIONS = 10
"""What GitHub shows of one level in one step."""

MAX_ENTRIES = 5
"""Ops that one annotation names."""

LEVELS = (("error", "fails"), ("warning", "outdated"), ("notice", "accepted here"))


def annotate(result: CheckResult) -> str:
    """Workflow commands, one for each cause, the gravest of each level first; where some do not fit, the last says how
    many."""
    lines = [
        f"::warning title={_property('weakened by this change')}::{_data(line)}"
        for line in result.weakened[:MAX_ENTRIES]
    ]
    notes = _notes(result)
    for level, status in LEVELS:
        found = groups(result.rows, status)
        room = MAX_ANNOTATIONS - (level == "notice" and bool(notes))
        fit = room if len(found) <= room else room - 1
        lines += [_annotation(level, group, result.prefix) for group in found[:fit]]
        if len(found) > fit:
            more = f"{len(found) - fit} more; the step summary has them all"
            lines.append(f"::{level} title={_property('code-path-gate')}::{_data(more)}")
    lines += notes
    lines.append(f"code-path-gate: {printable(phrases.headline(result))}")
    return "\n".join(lines) + "\n"


def _notes(result: CheckResult) -> list[str]:
    """What else is to be said, as one annotation: it takes the place of no finding but an accepted one."""
    found = phrases.notes(result)
    if not found:
        return []
    rest = [f"and {len(found) - MAX_ENTRIES} more"] if len(found) > MAX_ENTRIES else []
    text = "\n".join([*found[:MAX_ENTRIES], *rest])
    return [f"::notice title={_property('code-path-gate')}::{_data(text)}"]


def error_annotation(error: AuditError) -> str:
    """An error of the command itself."""
    return f"::error title={_property(f'code-path-gate: {error.slug}')}::{_data(str(error))}\n"


def _annotation(level: str, group: Group, prefix: str) -> str:
    row = group.head
    finding, evidence = row.judged.finding, row.evidence
    message = [f"{phrases.cause_text(evidence.cause)}: {row.judged.why}." if evidence.cause else f"{row.judged.why}."]
    message += [phrases.entry_text(entry) for entry in group.entries[:MAX_ENTRIES]]
    if len(group.entries) > MAX_ENTRIES:
        message.append(f"and {len(group.entries) - MAX_ENTRIES} more")
    if finding.note and evidence.cause is None:
        message.append(finding.note)
    if evidence.path:
        message.append(f"Path (* loop, ? likely call): {phrases.path_text(evidence.path)}")
    if evidence.is_doubtful:
        message.append(phrases.doubt(evidence.path))
    if level != "notice":
        message.append(phrases.remedy(row))
    file, line = place(row, prefix)
    where = f"file={_property(file)},line={line},title={_property(phrases.KIND_WORDS[finding.kind])}"
    return f"::{level} {where}::{_data(chr(10).join(message))}"


def place(row: Row, prefix: str) -> tuple[str, int]:
    """Where to show a finding: its cause, else the op, else the baseline; relative to the repository's top."""
    evidence = row.evidence
    if evidence.cause is not None:
        return prefix + evidence.cause.file, max(evidence.cause.line, 1)
    for path in (evidence.path, evidence.before):
        if path:
            return prefix + path[-1].file, max(path[-1].line, 1)
    return row.baseline, 1


def _data(text: str) -> str:
    return "%0A".join(printable(line).replace("%", "%25") for line in text.split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
