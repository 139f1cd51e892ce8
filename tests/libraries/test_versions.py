"""Versions against the requirements of models."""

from __future__ import annotations

import pytest

from code_path_audit.libraries.versions import fits, release


@pytest.mark.parametrize(
    ("version", "wanted", "expected"),
    [
        ("8.1.7", ">=8,<9", True),
        ("9.0", ">=8,<9", False),
        ("8", ">=8.0.0", True),
        ("7.9.9", ">=8", False),
        ("3.1.4rc1", "==3.1.4", True),
        ("3.1", "!=3.1.0", False),
        ("2.0", "<=1", False),
        ("2.0", ">1.9.9", True),
        ("2.0", "", True),
        ("2.0", "whatever", True),
    ],
)
def test_fits(version: str, wanted: str, expected: bool) -> None:
    assert fits(version, wanted) is expected


def test_what_has_no_number() -> None:
    assert (release("3.1.4rc1"), release("main")) == ((3, 1, 4), ())
