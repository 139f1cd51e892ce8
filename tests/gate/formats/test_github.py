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


def test_an_error_of_the_command_as_an_annotation() -> None:
    error = AuditError("slug", "100% wrong", "a,b:1", "Do it.")
    assert error_annotation(error) == "::error title=code-path-gate%3A slug::100%25 wrong (a,b:1). Do it. [slug]\n"
