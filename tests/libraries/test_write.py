"""Models as text, and read again."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.libraries.model import GENERATOR, LibraryModel
from code_path_audit.libraries.read import parse_model
from code_path_audit.libraries.write import text_of

MODEL = LibraryModel(
    "x",
    GENERATOR,
    {"lib": "==1.0"},
    {"lib.core.run": "lib.run"},
    {"keeps": {"lib.b": ("1", "0"), "lib.a": ("0",)}, "calls": {"lib.run": ("0:f",)}},
    ("lib._c: no Python source",),
)
TEXT = """\
# by hand
by = "generator"
unread = [
  "lib._c: no Python source",
]

[versions]
"lib" = "==1.0"

[alias]
"lib.core.run" = "lib.run"

[calls]
"lib.run" = "0:f"

[keeps]
"lib.a" = "0"
"lib.b" = ["1", "0"]
"""


def test_text() -> None:
    assert text_of(MODEL, "by hand") == TEXT


NAMES = st.from_regex(r"[a-z]{1,3}\.[a-zA-Z_]{1,4}", fullmatch=True)
NOTES = st.text(max_size=20)


@given(st.dictionaries(NAMES, st.sampled_from([("0",), ("1:x", "2*")])), st.lists(NOTES, max_size=2, unique=True))
def test_what_is_written_is_read_again(rows: dict[str, tuple[str, ...]], notes: list[str]) -> None:
    model = MODEL._replace(rows={"keeps": rows}, unread=tuple(sorted(notes)))
    read = parse_model(tomllib.loads(text_of(model)), "x")
    assert (read.rows.get("keeps", {}), read.unread, read.by) == (rows, model.unread, GENERATOR)
