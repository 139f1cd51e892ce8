"""Annotations, and the limits that GitHub sets."""

from __future__ import annotations

import pytest

from code_path_audit.errors import AuditError
from code_path_gate.formats.github import annotate, error_annotation
from tests.gate.results import FAILS, NOW, failing, result


def test_annotations() -> None:
    text = annotate(result(FAILS, prefix="project/"))
    assert text == (
        "::error file=project/src/shop/app.py,line=6,title=grown::shop.app.save -> shop.store.write, "
        "now in a loop: an expensive op became at least 2 times as heavy.%0A"
        "save: json.dump in shop.store.write: grown; about 150,000 units -> 6,000,000 units, 100%25 of the load "
        f"[op {NOW.id}]%0A"
        "Path (* loop, ? likely call): shop.app.save* > shop.store.write?%0A"
        "likely, not certain: the call in shop.store.write%0A"
        f"Make it lighter, or accept it: code-path-gate refresh --action save --accept {NOW.id} "
        '--reason "..." --until YYYY-MM-DD\n'
        "code-path-gate: 1 action failing (save); 1 action not affected by the change\n"
    )


@pytest.mark.parametrize(("count", "shown", "last"), [(10, 10, ""), (11, 10, "2 more"), (100, 10, "91 more")])
def test_ten_annotations_of_a_level_the_heaviest_first(count: int, shown: int, last: str) -> None:
    lines = annotate(result(*(failing(number) for number in range(count)))).splitlines()[:-1]
    assert len(lines) == shown
    assert f"shop.f{count - 1:02}" in lines[0]
    assert last in lines[-1]


NOTES = (
    "1 file that git has is left out of the working tree: a.py",
    "2 files were not audited, such as b.py: 100% odd",
)


def test_notes_are_one_annotation() -> None:
    assert annotate(result(code=0, notes=NOTES)) == (
        "::notice title=code-path-gate::note: 1 file that git has is left out of the working tree: a.py%0A"
        "note: 2 files were not audited, such as b.py: 100%25 odd\n"
        "code-path-gate: 1 action clean; 1 action not affected by the change\n"
    )


def test_notes_are_five_at_most_and_the_last_notice_that_is_shown() -> None:
    here = [failing(number)._replace(status="accepted here") for number in range(10)]
    lines = annotate(result(*here, notes=tuple(f"note {number}" for number in range(7)))).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::notice"] * 10 + ["code-path-gate:"]
    assert lines[8] == "::notice title=code-path-gate::2 more; the step summary has them all"
    assert lines[9] == (
        "::notice title=code-path-gate::note: note 0%0Anote: note 1%0Anote: note 2%0Anote: note 3%0Anote: note 4%0A"
        "and 2 more"
    )


def test_an_error_of_the_command_as_an_annotation() -> None:
    error = AuditError("slug", "100% wrong", "a,b:1", "Do it.")
    assert error_annotation(error) == "::error title=code-path-gate%3A slug::100%25 wrong (a,b:1). Do it. [slug]\n"
