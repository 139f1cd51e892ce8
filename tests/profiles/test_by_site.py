"""Rows of functions by their call sites: as a look at all of them finds them."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.profiles.by_site import BySite


class Row(NamedTuple):
    """What stands at a call site, and its number among all rows."""

    site: int
    number: int


SITES = st.integers(-1, 9)


@given(st.dictionaries(st.sampled_from(["f", "g"]), st.lists(SITES)), st.lists(st.tuples(SITES, SITES)))
def test_rows_between_are_those_that_a_scan_finds(sites: dict[str, list[int]], asked: list[tuple[int, int]]) -> None:
    rows = {function: [Row(*row[::-1]) for row in enumerate(found)] for function, found in sites.items()}
    by_site = BySite(rows)
    for first, last in asked:
        for function in ("f", "g", "h"):
            found = [row for row in rows.get(function, ()) if first <= row.site < last]
            assert by_site.between(function, first, last) == found
