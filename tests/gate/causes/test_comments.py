"""Acceptances at the line: what they cover, until when, and what counts as none."""

# ruff: noqa: E501 (a row is a change, and reads best as one line)

from __future__ import annotations

import datetime

import pytest

from code_path_gate.causes.comments import comments_of
from tests.gate.repositories import Repo
from tests.gate.shop import SLOW_APP, Gate

DAY = datetime.date(2026, 6, 15)

TEXTS = {
    "at the end of a line": ("f()  # code-path: accept: small\n", [(1, "small", "", "")]),
    "until a day": ("f()  # code-path: accept until 2027-01-31: small\n", [(1, "small", "2027-01-31", "")]),
    "on the line above": ("# code-path: accept: small\n\n# more\nf()\n", [(4, "small", "", "")]),
    "expired": ("f()  # code-path: accept until 2026-06-14: small\n", [(1, "small", "2026-06-14", "it expired on 2026-06-14")]),
    "the last day": ("f()  # code-path: accept until 2026-06-15: small\n", [(1, "small", "2026-06-15", "")]),
    "without a reason": ("f()  # code-path: accept until 2027-01-31\n", [(1, "", "2027-01-31", "it has no reason")]),
    "a date that is none": ("f()  # code-path: accept until soon: small\n", [(1, "small", "soon", "its expiry date 'soon' is not a date like 2027-01-31")]),
    "a text that looks like one": ("f('# code-path: accept: small')\n", []),
    "in a docstring": ('"""Write `# code-path: accept: why`."""\nf()\n', []),
    "lines that end as on an old Mac": ("x = 1\rf()  # code-path: accept: small\r", [(2, "small", "", "")]),
    "another comment": ("f()  # code-path: accepted\n", []),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_what_a_comment_says(name: str) -> None:
    text, expected = TEXTS[name]
    found = [(row.line, row.reason, row.until, row.fault) for row in comments_of(text.encode(), DAY)]
    assert (found == expected) or (not expected and all(fault for *_, fault in found))


def test_what_is_no_text_ends_the_comments() -> None:
    data = b"f()  # code-path: accept: small\ny = '\xff'\ng()\n"
    assert [row.line for row in comments_of(data, DAY)] in ([1], [])  # versions of Python read it by lines, or whole


ACCEPTED = SLOW_APP.replace("write(names)", "write(names)  # code-path: accept until 2999-12-31: the list is short")


def test_a_comment_covers_a_cause_with_all_that_it_makes_heavier(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": ACCEPTED})
    ran = gate("check")
    assert ran.code == 0
    # the change itself wrote it: a reviewer must see that
    first, second = ran.out.splitlines()[1:3]
    assert (
        first
        == "WEAKENED by this change: what runs through src/shop/app.py:7 is accepted until 2999-12-31: the list is short"
    )
    assert second.startswith("ACCEPTED HERE src/shop/app.py:7: shop.app.save -> shop.store.write")
    assert "accepted until 2999-12-31: the list is short (src/shop/app.py:7)" in ran.out
    shop.commit({})
    # it goes on holding, through a refresh of something else and without one
    assert gate("check", "--staged").code == 0
    gate("refresh")
    assert gate("check").code == 0


def test_a_comment_that_counts_as_none_is_told(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": ACCEPTED.replace("2999", "1999")})
    ran = gate("check")
    assert ran.code == 1
    assert "note: save: the acceptance at src/shop/app.py:7 counts as none: it expired on 1999-12-31" in ran.out


def test_a_comment_that_nothing_runs_through_is_told(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/reader.py": "def load():\n    return 1  # code-path: accept: small\n"})
    assert (
        "the acceptance at src/shop/reader.py:2 covers nothing: no path to an op runs through it" in gate("check").out
    )
