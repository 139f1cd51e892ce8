"""What a candidate is told to save is what a trace of the patched source shows, where the edit is mechanical."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.prune.patches import patch
from tests.profiles.candidates import test_far_from_the_loop, test_tables

SOURCES = {
    name: source for table in (test_tables.PROPOSED, test_far_from_the_loop.PROPOSED)
    for name, (source, _) in table.items()
}  # fmt: skip

CASES = {
    "hoist": (
        "a text that is parsed for each name, by a parser that may also read a stream",
        "a file that is opened in what a parser is given",
        "a tree of XML that is only asked",
        "a revision that is asked for in each round",
        "a file that some rounds need",
    ),
    "cache": (
        "a table that a helper reads each time",
        "a file for each of a kind of rows",
        "the version of the sources, asked of git for each row",
    ),
    "client": (
        "a session that a helper makes in each call",
        "a client that a helper makes in each call",
        "a connection that closing() closes",
        "requests for messages, which nobody waits for together",
        "a client for each request",
        "a session in a loop",
    ),
    "commit": (
        "a commit for each row, and a statement",
        "a commit for each row, in a branch",
        "a commit for each row, in a helper",
    ),
    "copy": ("a copy of a whole table that is only read", "a copy that is handed to what makes a text of it"),
    "open": ("a log that is opened for each line",),
}
ROWS = [(kind, name) for kind, names in CASES.items() for name in names]


@pytest.mark.parametrize(("kind", "name"), ROWS, ids=[name for _, name in ROWS])
def test_what_is_told_is_what_a_trace_shows(kind: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(dedent(SOURCES[name]), encoding="utf-8")
    config = default_config(tmp_path)
    found = patch(config, (ActionConfig("main", ("m.main",)),))
    rows = [row for row in found.applied if row.candidate.kind == kind]
    assert [(row.candidate.title, row.before - row.after) for row in rows] == [
        (row.candidate.title, row.candidate.saving) for row in rows
    ]
    assert rows
