"""A check as Markdown: what a merge request or GitHub's step summary shows."""

from __future__ import annotations

import re

from code_path_audit.errors import printable
from code_path_gate.formats import phrases
from code_path_gate.verdict.result import CheckResult, Row

MAX_BYTES = 1_000_000
"""GitHub drops a step summary of more than 1 MiB."""

MAX_PATH_STEPS = 30

SECTIONS = (
    ("accepted here", "Let through by this change: please review"),
    ("fails", "Failing"),
    ("outdated", "Baseline out of date"),
    ("accepted", "Accepted earlier"),
)


def check_markdown(result: CheckResult, limit: int = MAX_BYTES) -> str:
    """The whole answer in at most `limit` bytes; findings that do not fit are counted."""
    head = f"## Code path gate: {VERDICTS.get(result.exit_code, 'clean')}\n\n{_text(phrases.headline(result))}.\n"
    tail = _tail(result)
    parts = [head]
    size = len(head.encode()) + len(tail.encode()) + 200
    for status, name in SECTIONS:
        found = result.of(status)
        if not found:
            continue
        heading = f"\n### {name}\n"
        parts.append(heading)
        size += len(heading.encode())
        for number, row in enumerate(found):
            block = _block(row)
            size += len(block.encode())
            if size > limit:
                parts.append(f"\n... and {len(found) - number} more.\n")
                break
            parts.append(block)
    text = "".join(parts) + tail
    # the last resort, for a tail that is too long by itself
    return text if len(text.encode()) <= limit else text.encode()[:limit].decode("utf-8", "ignore")


VERDICTS = {0: "clean", 1: "an action became more expensive", 3: "a baseline is out of date"}


def _block(row: Row) -> str:
    finding, evidence = row.judged.finding, row.evidence
    change = phrases.weights(finding)
    lines = [
        f"\n#### {_code(phrases.title(row))}\n",
        f"- **{phrases.KIND_WORDS[finding.kind]}**{f': {change}' if change else ''}. {_text(row.judged.why)}",
    ]
    if finding.note:
        lines.append(f"- {_text(finding.note)}")
    if phrases.work(finding):
        lines.append(f"- {_text(phrases.work(finding))}; op `{finding.id}`")
    if evidence.cause is not None:
        cause = evidence.cause
        lines.append(f"- cause: {_code(phrases.cause_text(cause))} at {_code(f'{cause.file}:{cause.line}')}")
    if row.judged.status in ("fails", "outdated"):
        lines.append(
            f"- {_text(phrases.remedy(row).partition(': ')[0])}: {_code(phrases.remedy(row).partition(': ')[2])}"
        )
    if evidence.is_doubtful:
        lines.append(f"- {_text(phrases.doubt(evidence.path))}")
    if evidence.path:
        lines.append("- path:")
        shown = evidence.path[:MAX_PATH_STEPS]
        lines += [
            f"  {number}. {_code(phrases.step_text(step))} {_code(f'{step.file}:{step.line}')}"
            for number, step in enumerate(shown, 1)
        ]
        if len(evidence.path) > len(shown):
            lines.append(f"  {len(shown) + 1}. ... and {len(evidence.path) - len(shown)} more")
    return "\n".join(lines) + "\n"


def _tail(result: CheckResult) -> str:
    lines = [f"- {_text(line)}" for line in phrases.minor(result)]
    lines += [f"- note: {_text(note)}" for note in result.notes]
    lines += [
        f"- note: {_text(action.verdict.action)}: {_text(note)}"
        for action in result.actions
        for note in action.verdict.notes
    ]
    return "\n### Also\n\n" + "\n".join(lines) + "\n" if lines else ""


def _code(text: str) -> str:
    """A code span: the fence is longer than any run of backticks in the text, which may come from anywhere."""
    plain = printable(text.replace("\n", " "))
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def _text(text: str) -> str:
    """Text that is no markup, whatever it holds."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&@])", r"\\\1", printable(text.replace("\n", " ")))
