"""Names as a running program spells them."""

from __future__ import annotations

import pytest

from benchmarks.predict import spoken


@pytest.mark.parametrize(
    ("fqname", "expected"),
    [
        ("shop.Cart.total", "shop.Cart.total"),
        ("shop.Cart.total#2", "shop.Cart.total"),
        ("shop.load#3.inner", "shop.load.inner"),
        ("shop.f.<lambda12>", "shop.f.<lambda>"),
    ],
)
def test_names_as_a_running_program_spells_them(fqname: str, expected: str) -> None:
    assert spoken(fqname) == expected
