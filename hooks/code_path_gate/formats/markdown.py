"""A check as Markdown: what a merge request or GitHub's step summary shows."""

from __future__ import annotations

import re

from code_path_audit.errors import printable
from code_path_gate.formats import phrases
from code_path_gate.verdict.groups import Group, groups
from code_path_gate.verdict.result import CheckResult

MAX_BYTES = 1_000_000
"""GitHub drops a step summary of more than 1 MiB."""

MAX_PATH_STEPS = 30
MAX_ENTRIES = 15
"""Ops that are told of one cause."""

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
    parts = [head, _weakened(result)]
    size = len("".join(parts).encode()) + len(tail.encode()) + 200
    for status, name in SECTIONS:
        found = groups(result.rows, status)
        if not found:
            continue
        heading = f"\n### {name}\n"
        parts.append(heading)
        size += len(heading.encode())
        for number, group in enumerate(found):
            block = _block(group)
            size += len(block.encode())
            if size > limit:
                parts.append(f"\n... and {len(found) - number} more.\n")
                break
            parts.append(block)
    text = "".join(parts) + tail
    # the last resort, for a tail that is too long by itself
    return text if len(text.encode()) <= limit else text.encode()[:limit].decode("utf-8", "ignore")


VERDICTS = {0: "clean", 1: "an action became more expensive", 3: "a baseline is out of date"}


def _weakened(result: CheckResult) -> str:
    lines = "".join(f"- {_text(line)}\n" for line in result.weakened[:MAX_ENTRIES])
    more = len(result.weakened) - MAX_ENTRIES
    rest = f"- and {more} more\n" if more > 0 else ""
    return f"\n### Weakened by this change: please review\n\n{lines}{rest}" if lines else ""


def _block(group: Group) -> str:
    row, cause = group.head, group.cause
    finding, evidence = row.judged.finding, row.evidence
    if cause is None:
        lines = [f"\n#### {_code(phrases.title(row))}\n"]
    else:
        lines = [f"\n#### {_code(f'{cause.file}:{cause.line}')} {_text(phrases.cause_text(cause))}\n"]
        lines += [f"- {cause.change}: {_code(cause.text)}"] if cause.text else []
    lines.append(f"- {_text(row.judged.why)}")
    lines += [f"- {_text(phrases.entry_text(entry))}" for entry in group.entries[:MAX_ENTRIES]]
    if len(group.entries) > MAX_ENTRIES:
        lines.append(f"- and {len(group.entries) - MAX_ENTRIES} more")
    if finding.note and cause is None:
        lines.append(f"- {_text(finding.note)}")
    if row.judged.status in ("fails", "outdated"):
        what, _, command = phrases.remedy(row).partition(": ")
        lines.append(f"- {_text(what)}: {_code(command)}")
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
    lines += [f"- {_text(note)}" for note in phrases.notes(result)]
    return "\n### Also\n\n" + "\n".join(lines) + "\n" if lines else ""


def _code(text: str) -> str:
    """A code span: the fence is longer than any run of backticks in the text, which may come from anywhere."""
    plain = printable(text.replace("\n", " "))
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def _text(text: str) -> str:
    """Text that is no markup, whatever it holds; what a page would make a link of is shown as code."""
    plain = printable(text.replace("\n", " "))
    return "".join(_code(part) if ADDRESS.search(part) else _escaped(part) for part in PARTS.split(plain))


PARTS = re.compile(r"([\s()<>]+)")
"""Between what may be an address as a whole."""

ADDRESS = re.compile(r"\w://|\bwww\.|@\w|\bmailto:|\bxmpp:", re.IGNORECASE)
"""What GitHub and GitLab make a link or a mention of where it stands bare: addresses, and names with an @."""


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~&@])", r"\\\1", text)
