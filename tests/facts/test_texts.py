"""Names as they are kept: a row is an attribute as it is written, and the name of the field."""

from __future__ import annotations

import pytest

from code_path_audit.facts.texts import field_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("_Shop__items", "__items"),
        ("_Two_Words__items", "__items"),
        ("_Shop__two__parts", "__two__parts"),
        # left alone
        ("items", "items"),
        ("_items", "_items"),
        ("__items", "__items"),
        ("__init__", "__init__"),
        ("_Shop__init__", "_Shop__init__"),
        ("_Shop", "_Shop"),
        ("_shop__items", "_shop__items"),
        ("_", "_"),
        ("___", "___"),
        ("_0__x", "_0__x"),
    ],
)
def test_field_name(written: str, name: str) -> None:
    assert field_name(written) == name
