"""The lines of source that the page shows: those that paths run through, with what stands next to them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from code_path_audit.reports.text import shortened
from code_path_audit.sources.text import ReadSource

MAX_LINE = 160
"""Characters of a line of source."""

MAX_LINES = 20_000
"""Lines of source in a page; what is asked for last goes without."""

_ENDS = re.compile(rb"\r\n|\r|\n")


class SourceLines:
    """Lines of files, asked for place by place."""

    def __init__(self, read: ReadSource | None) -> None:
        self._read = read
        self._files: dict[str, list[bytes]] = {}
        self.lines: dict[str, dict[int, str]] = {}
        self._count = 0

    def ask(self, path: str, lines: Iterable[int], around: int) -> None:
        """Show these lines of a file, and so many before and after each."""
        if self._read is None:
            return
        texts = self._texts(path)
        shown = self.lines.setdefault(path, {})
        for line in lines:
            for number in range(max(line - around, 1), min(line + around, len(texts)) + 1):
                if line > 0 and number not in shown and self._count < MAX_LINES:
                    shown[number] = plain_line(texts[number - 1])
                    self._count += 1

    def _texts(self, path: str) -> list[bytes]:
        if path not in self._files:
            try:
                assert self._read is not None
                self._files[path] = _ENDS.split(self._read(path))
            except (OSError, ValueError):
                self._files[path] = []
        return self._files[path]


def plain_line(data: bytes) -> str:
    """A line as it is indented, what does not print shown by its number."""
    text = data.decode("utf-8", "backslashreplace").expandtabs(4).rstrip()
    body = text.lstrip(" ")
    line = " " * min(len(text) - len(body), MAX_LINE // 2) + shortened(body, MAX_LINE)
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in line)
