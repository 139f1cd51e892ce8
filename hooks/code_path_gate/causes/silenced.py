"""What a change writes that silences the gate, and that no action measures: acceptances in comments, a switch that says
"only for debugging" and is on, the lines that run the gate, and how baselines are merged and shown. Pure.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from code_path_gate.causes.change import text_on
from code_path_gate.causes.comments import comments_of
from code_path_gate.causes.edited import Edited


def accepted_in_comments(changed: Iterable[Edited], today: datetime.date) -> Iterator[str]:
    """Acceptances at a line that no file of before had, or that are about another line now."""
    rows = list(changed)
    known = Counter(key for row in rows for _, key in _acceptances(row.before, today))
    for row in rows:
        for number, key in _acceptances(row.now, today):
            if known[key] > 0:
                known[key] -= 1
                continue
            until = f"until {key[0]}" if key[0] else "for ever"
            yield f"what runs through {row.path}:{number} is accepted {until}: {key[1]}"


def _acceptances(data: bytes, today: datetime.date) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """The valid ones of a file: the line that each is about, and what it says of what."""
    comments = comments_of(data, today)
    lines = data.splitlines() if comments else []
    for row in comments:
        if not row.fault:
            yield row.line, (row.until, row.reason, text_on(lines, row.line).partition("#")[0].strip())


SWITCHED_ON = re.compile(
    rb"^[ \t]*(?:[\w.]+\.)?(\w+)[ \t]*(?::[^=\n]*)?=[ \t]*(?:True|1)[ \t]*(?:#.*)?\r?$", re.MULTILINE
)
TYPES = "TYPE_CHECKING"


def switched_on(changed: Iterable[Edited]) -> Iterator[str]:
    """Switches by whose names what they guard is taken to run for debugging alone, or never, and that are on."""
    names: frozenset[str] | None = None
    for row in changed:
        found = list(SWITCHED_ON.finditer(row.now))
        if not found:
            continue
        if names is None:
            from code_path_audit.facts.lowering.guards import DEBUGGING

            names = DEBUGGING | {TYPES}
        known = Counter(match[0].strip() for match in SWITCHED_ON.finditer(row.before))
        for match in found:
            name = match[1].decode("utf-8", "replace")
            known[match[0].strip()] -= 1
            if name in names and known[match[0].strip()] < 0:
                line = row.now.count(b"\n", 0, match.start(1)) + 1
                yield f"{name} is on at {row.path}:{line}: what it guards counts as run for debugging, or never"


MENTION = re.compile(rb"code[-_]path[-_](?:gate|audit)")
SOFTER = re.compile(rb"continue-on-error|allow_failure|\|\|[ \t]*(?:true|:|exit 0)|\bSKIP[ \t]*[:=]|--no-verify")


def run_otherwise(row: Edited) -> Iterator[str]:
    """Lines of a file that run the gate and are gone, or others; and what lets its failure pass."""
    if not MENTION.search(row.before):
        return
    before, now = (Counter(line.strip() for line in data.splitlines()) for data in (row.before, row.now))
    for line in before:
        if MENTION.search(line) and not line.startswith(b"#") and now[line] < before[line]:
            yield f"{row.path} ran the gate with a line that is gone, or another: {text_on([line], 1)}"
    for line in now:
        if SOFTER.search(line) and now[line] > before[line]:
            yield f"{row.path}, which runs the gate, lets something fail now: {text_on([line], 1)}"


TELLING = frozenset(("merge", "diff", "binary", "filter", "linguist-generated", "linguist-vendored"))
"""Attributes by which a baseline is merged, or shown to a reviewer, otherwise."""


def merged_otherwise(row: Edited, baseline: str) -> Iterator[str]:
    """Lines of a file of git's attributes that say something new of baselines, one of which is that of a path."""
    home = posixpath.dirname(row.path)
    inside = posixpath.relpath(baseline, home or ".")
    before = Counter(line.strip() for line in row.before.splitlines())
    for line in row.now.splitlines():
        pattern, *attributes = line.decode("utf-8", "replace").split() or [""]
        named = {text.lstrip("-!").partition("=")[0] for text in attributes}
        if before[line.strip()] or not named & TELLING or not _covers(pattern, inside):
            continue
        yield f"{row.path} has baselines merge, or be shown, otherwise: {text_on([line], 1)}"


def _covers(pattern: str, path: str) -> bool:
    """Whether a pattern of git's is about a path, or might be."""
    if pattern.startswith("#"):
        return False
    if "/" not in pattern:
        return fnmatchcase(posixpath.basename(path), pattern)
    return fnmatchcase(path, pattern.lstrip("/")) or fnmatchcase(path, pattern.removeprefix("**/"))
