"""Acceptances at the line that they are about: `# code-path: accept until 2027-01-31: one small file`. Pure.

Such a comment stands at the end of a line, or alone on the line above. It covers what runs through that line: a call
on the path to an op, a loop around it, the op itself, or the cause, with all that it makes heavier.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from code_path_gate.verdict.evidence import Evidence
from code_path_gate.verdict.policy import fault_in

MARK = b"code-path: accept"
COMMENT = re.compile(rb"#\s*code-path: accept(?P<until> until [^:#]*)?(?P<colon>:?)(?P<reason>[^\n]*)")


class Comment(NamedTuple):
    """An acceptance in the source: the line it is about, the line it is on, and why it counts as none, "" if it does
    not."""

    line: int
    written: int
    reason: str
    until: str
    fault: str


def comments_of(data: bytes, today: datetime.date) -> tuple[Comment, ...]:
    """All acceptances in a file."""
    if MARK not in data:
        return ()
    found = []
    lines = data.splitlines()
    for number, text in written(lines):
        match = COMMENT.search(text.encode())
        if match is None:
            continue
        line = lines[number - 1]
        about = number
        if line.lstrip().startswith(b"#"):
            # alone on its line: it is about the next one that is code
            rest = (at for at, text in enumerate(lines[number:], number + 1) if text.strip()[:1] not in (b"", b"#"))
            about = next(rest, number)
        reason = match["reason"].decode("utf-8", "replace").strip() if match["colon"] else ""
        until = (match["until"] or b"").decode("utf-8", "replace").removeprefix(" until ").strip()
        found.append(Comment(about, number, reason, until, fault_in(reason, until, today)))
    return tuple(found)


def written(lines: Iterable[bytes]) -> list[tuple[int, str]]:
    """The comments of a file by their lines, and no text that looks like one; none after what is no Python."""
    import tokenize  # only where a file has the words

    found = []
    rest = iter(lines)
    try:
        for token in tokenize.tokenize(lambda: next(rest) + b"\n"):
            if token.type == tokenize.COMMENT:
                found.append((token.start[0], token.string))
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        return found
    return found


class Placed(NamedTuple):
    """A comment, and its file."""

    file: str
    comment: Comment


def covering(evidence: Evidence, source: Mapping[str, bytes], today: datetime.date) -> Placed | None:
    """The acceptance that covers a finding: a valid one, if there is one; else one that counts as none."""
    found = []
    for file, lines in places(evidence).items():
        for comment in comments_of(source.get(file, b""), today):
            if comment.line in lines:
                found.append(Placed(file, comment))
    return min(found, key=lambda placed: (bool(placed.comment.fault), placed.file, placed.comment.line), default=None)


def places(evidence: Evidence) -> dict[str, set[int]]:
    """The lines that a finding runs through, by file."""
    lines: dict[str, set[int]] = {}
    for step in evidence.path:
        lines.setdefault(step.file, set()).update((step.line, *step.loops))
    if evidence.cause is not None:
        lines.setdefault(evidence.cause.file, set()).add(evidence.cause.line)
    return lines


def dead(source: Mapping[str, bytes], passed: Mapping[str, Iterable[int]], today: datetime.date) -> list[Placed]:
    """The acceptances in some files that nothing runs through; `passed` are the lines of all paths, by file."""
    return [
        Placed(file, comment)
        for file in sorted(source)
        for comment in comments_of(source[file], today)
        if comment.line not in passed.get(file, ())
    ]
