"""What is known of a constant that a branch asks for."""

from __future__ import annotations

import pytest

from code_path_audit.facts.constants import LONGEST, leads_in, listed, member, truth, words_in, written
from code_path_audit.facts.rows import EVERY, FALSY, NOTHING, TRUTHY

LEADS = {
    ("'all", EVERY, "='all\n'new"): True,
    ("'old", EVERY, "='all\n'new"): False,
    ("'all", EVERY, "!'all\n'new"): False,
    ("'old", EVERY, "!'all\n'new"): True,
    ("'all", EVERY, "=.ALL"): True,  # a member of an enumeration may be equal to a text
    ("'all", EVERY, "!.ALL"): True,
    (TRUTHY, EVERY, "='all"): True,
    (NOTHING, EVERY, "='all"): False,
    (NOTHING, EVERY, "!'all"): True,
    ("'rb", EVERY, "=*'w"): False,
    ("'rb", EVERY, "!*'w"): True,
    ("'wb", EVERY, "=*'w"): True,
    ("'wb", EVERY, "!*'w"): False,
    ("'a\\n", EVERY, "=*'n"): False,  # the text has an end of a line, and no letter
    ("'a.gz", EVERY, "=$'.xz\n$'.gz"): True,
    ("'a.zip", EVERY, "=$'.xz\n$'.gz"): False,
    ("'new", EVERY, "!^'ne"): False,
    ("'old", EVERY, "=^'ne"): False,
    ("#3", EVERY, "=*'w"): True,  # Python would raise
    ("&w\nr", EVERY, "!*'w"): True,  # an element of a list
    (TRUTHY, EVERY, "=*'w"): True,
    ("'", TRUTHY, ""): False,
    ("#0", FALSY, ""): True,
    ("#3", TRUTHY, ""): True,
    (FALSY, TRUTHY, ""): False,
}
"""What is known of a value, the truth and the constants that an arm wants, and whether it may lead in."""


@pytest.mark.parametrize(("value", "wants", "among"), LEADS)
def test_what_leads_into_an_arm(value: int | str, wants: int, among: str) -> None:
    assert leads_in(value, wants, among) == LEADS[value, wants, among]


WORDS = {
    written("add 'a b' é"): ("add", "a b", "é"),
    written("it's"): (),  # no shell splits that
    listed([written("add"), "", written("b c")]): ("add", "?", "b c"),
    listed(["", ""]): (),
    written(3): (),
    TRUTHY: (),
}


@pytest.mark.parametrize("value", WORDS)
def test_words(value: int | str) -> None:
    assert words_in(value) == WORDS[value]


def test_what_is_written() -> None:
    assert [written(value) for value in ("a\nb", 3, True, None, 1.5, "x" * (LONGEST + 1))] == [
        "'a\\nb",
        "#3",
        *[""] * 4,
    ]
    assert [member(*names) for names in (("Mode", "READ"), ("m.Mode", "READ"), ("self", "READ"), ("Mode", "read"))] == [
        ".READ",
        ".READ",
        "",
        "",
    ]
    assert (truth("'a"), truth("'"), truth(NOTHING)) == (TRUTHY, FALSY, NOTHING)
