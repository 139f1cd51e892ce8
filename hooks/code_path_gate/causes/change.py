"""A change as data: which lines and which statements of which files it added, changed or took away.

Read file by file when somebody asks, because most checks have nothing to explain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from code_path_gate.causes.lines import Hunk, hunks, lines_after
from code_path_gate.causes.statements import Statement, statements_of

if TYPE_CHECKING:
    from code_path_gate.causes.conditions import ConditionsOfFiles


class Edit(NamedTuple):
    """A statement that a change touched. `line` is one of the file as it is now, inside of the change: one of the
    statement's, or the place where it was, where it is `gone`. `text` is what is, or was, written there. `names` are
    those it mentions that are mentioned more often now than before, in the file; of one that is gone, less often."""

    file: str
    statement: Statement
    line: int
    gone: bool
    text: str
    names: frozenset[str] = frozenset()


class FileChange:
    """One file of a change: its differing lines, its statements as they are, and what was edited. Each is found when
    somebody asks: of a file that is the same on both sides nothing is read to know that nothing was edited."""

    def __init__(self, path: str, now: Mapping[str, bytes], before: Mapping[str, bytes], is_changed: bool) -> None:
        self.path, self.is_changed = path, is_changed
        self._now, self._before = now, before

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of now, in their order."""
        return statements_of(self._now.get(self.path, b""))

    @cached_property
    def hunks(self) -> tuple[Hunk, ...]:
        """Where the lines differ."""
        if not self.is_changed:
            return ()
        return hunks(*(side.get(self.path, b"").splitlines() for side in (self._before, self._now)))

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The statements that were touched, in their order."""
        return tuple(_with_names(list(self._edits()))) if self.is_changed else ()

    def _edits(self) -> Iterator[Edit]:
        new, differing = self.statements, self.hunks
        before, lines = self._before.get(self.path, b""), self._now.get(self.path, b"").splitlines()
        old, lines_before = statements_of(before), before.splitlines()
        was, now = _spelled(old, new), _spelled(new, old)
        for hunk in hunks(was, now):
            for row in new[slice(*hunk.after)]:
                line = _line_in(row, differing)
                yield Edit(self.path, row, line, False, text_on(lines, line))
            for row in old[slice(*hunk.before)]:
                place = place_of(row.first, differing, len(lines))
                yield Edit(self.path, row, place, True, text_on(lines_before, row.first))

    def at(self, line: int) -> Edit | None:
        """The edited statement on a line of now."""
        return next((e for e in self.edits if not e.gone and e.statement.first <= line <= e.statement.last), None)

    def on(self, line: int) -> Statement | None:
        """The statement on a line of now, edited or not: the innermost."""
        found = [row for row in self.statements if row.first <= line <= row.last]
        return min(found, key=lambda row: row.last - row.first, default=None)


class Change:
    """From one state of the source to another. `now` and `before` give the bytes of files by path, `changed` are the
    paths whose bytes differ."""

    def __init__(self, now: Mapping[str, bytes], before: Mapping[str, bytes], changed: Collection[str]) -> None:
        self.now, self.before = now, before
        self.changed = frozenset(changed)
        self._files: dict[str, FileChange] = {}

    @cached_property
    def back(self) -> Change:
        """The change the other way round."""
        other = Change(self.before, self.now, self.changed)
        other.back = self
        return other

    @cached_property
    def conditions(self) -> ConditionsOfFiles:
        """On which conditions the places of the files of now run."""
        from code_path_gate.causes.conditions import ConditionsOfFiles  # most changes take no guard away

        return ConditionsOfFiles(self.now)

    def file(self, path: str) -> FileChange:
        """What was edited of one file."""
        if path not in self._files:
            self._files[path] = FileChange(path, self.now, self.before, path in self.changed)
        return self._files[path]

    def added(self, path: str) -> frozenset[int]:
        """The lines of a file that were not there before, comments among them."""
        return lines_after(self.file(path).hunks)

    def narrowed(self, edit: Edit, name: str) -> Edit:
        """An edit at the line of its statement that says a name, where it was taken away."""
        lines = (self.before if edit.gone else self.now).get(edit.file, b"").splitlines()
        said = re.compile(rb"(?<![^\W_])%b(?![^\W_])" % re.escape(name.encode()))
        for number in range(edit.statement.first, edit.statement.last + 1):
            if edit.gone and said.search(b"".join(lines[number - 1 : number])):
                differing, length = self.file(edit.file).hunks, len(self.now.get(edit.file, b"").splitlines())
                return edit._replace(line=place_of(number, differing, length), text=text_on(lines, number))
        return edit

    def edits(self) -> Iterator[Edit]:
        """Every statement that was touched, by file and place."""
        for path in sorted(self.changed):
            yield from self.file(path).edits


def _spelled(rows: Iterable[Statement], others: Iterable[Statement]) -> list[tuple[str, int, str]]:
    """Statements as they are held against those of the other side: with the function that they stand in, where that is
    on both sides. What moves from one function to another is an edit of both; a function that is renamed is none."""
    owners = {row.owner for row in others}
    return [(row.owner if row.owner in owners else "", row.depth, row.text) for row in rows]


def _with_names(edits: list[Edit]) -> Iterator[Edit]:
    balance: Counter[str] = Counter()
    for edit in edits:
        for name in edit.statement.mentions:
            balance[name] += -1 if edit.gone else 1
    for edit in edits:
        sign = -1 if edit.gone else 1
        yield edit._replace(names=frozenset(name for name in edit.statement.mentions if sign * balance[name] > 0))


def _line_in(row: Statement, differing: tuple[Hunk, ...]) -> int:
    """The first line of a statement that differs; the line nearest to it, where the lines were matched otherwise."""
    spans = [hunk.after for hunk in differing]
    inside = [
        max(first, row.first - 1) for first, end in spans if first < row.last and end >= row.first and first < end
    ]
    if inside:
        return min(inside) + 1
    nearest = min(spans, key=lambda span: abs(span[0] + 1 - row.first), default=(row.first - 1, row.first))
    return nearest[0] + 1


def place_of(line: int, differing: tuple[Hunk, ...], length: int) -> int:
    """Where a line of before was, as a line of a file of so many lines as it is now."""
    shift = 0
    for hunk in differing:
        if hunk.before[0] < line <= hunk.before[1]:
            return max(1, min(hunk.after[0] + 1, length))
        if hunk.before[1] < line:
            shift = hunk.after[1] - hunk.before[1]
    return max(1, min(line + shift, length))


TEXT = 100
"""Characters of a line that are shown."""


def text_on(lines: list[bytes], line: int) -> str:
    """What is written on a line, as far as it is shown."""
    text = lines[line - 1].decode("utf-8", "replace").strip() if 0 < line <= len(lines) else ""
    return text if len(text) <= TEXT else text[: TEXT - 3] + "..."
