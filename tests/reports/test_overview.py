"""Actions in a line each, as `init` ends with them: whole texts."""

from __future__ import annotations

from code_path_audit.reports.overview import overview_of, overview_text
from tests.reports.sample import PARSE, READ

ALWAYS = READ._replace(weight=70_000)
SELDOM = PARSE._replace(weight=900_000, condition="rarely", how_often="once", runs=())
DEEP = PARSE._replace(weight=10**12, runs=((tuple(("loop", name) for name in "abcd"), 1),))


def test_the_heaviest_op_is_named_with_its_part_of_the_load() -> None:
    """Though another one always runs, and one has no figure: both are told first where all are told."""
    rows = [overview_of("save", [ALWAYS, SELDOM, DEEP], 40_000, True), overview_of("load", [ALWAYS], 40_000, True)]
    assert overview_text([*rows, overview_of("none", [], 40_000, True)]) == (
        "save  970 \u00b5s  3 ops, 3 expensive  93% json.loads src/shop/config.py:12, once, rarely\n"
        "load   70 \u00b5s  1 op, 1 expensive   pathlib.Path.read_text src/shop/config.py:12\n"
        "none    0 ns  0 ops, 0 expensive\n"
    )
