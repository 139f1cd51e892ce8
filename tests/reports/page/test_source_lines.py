"""The lines of source that the page shows."""

from __future__ import annotations

import pytest

from code_path_audit.reports.page.source_lines import MAX_LINE, MAX_LINES, SourceLines, plain_line

FILE = b"one\r\n  two\n\tthree\rfour\x0b\x0c\n"


def _read(path: str) -> bytes:
    if path == "a.py":
        return FILE
    raise FileNotFoundError(path)


def test_lines_as_python_counts_them() -> None:
    lines = SourceLines(_read)
    lines.ask("a.py", [3], 1)
    lines.ask("a.py", [1, 99, 0, -4], 0)
    lines.ask("b.py", [1], 1)
    assert lines.lines == {"a.py": {1: "one", 2: "  two", 3: "    three", 4: "four"}, "b.py": {}}


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"  x = '\xff\xfe'  ", "  x = '\\xff\\xfe'"),
        ("    '\u202egnp'".encode(), "    '\\u202egnp'"),
        (b"\x1b[31m", "\\u001b[31m"),
        (b"", ""),
    ],
)
def test_a_line(data: bytes, line: str) -> None:
    assert plain_line(data) == line


def test_a_long_line_and_a_deep_one() -> None:
    assert len(plain_line(b"x" * 10_000)) == MAX_LINE
    assert plain_line(b" " * 10_000 + b"x") == " " * (MAX_LINE // 2) + "x"


def test_no_more_than_so_many_and_none_without_a_source() -> None:
    lines = SourceLines(lambda path: b"x\n" * (MAX_LINES + 10))
    lines.ask("a.py", range(1, MAX_LINES + 5), 1)
    assert len(lines.lines["a.py"]) == MAX_LINES
    nothing = SourceLines(None)
    nothing.ask("a.py", [1], 1)
    assert nothing.lines == {}
