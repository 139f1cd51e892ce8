"""What is told of an op whose call site may call one of several things: how many, which, and from what load on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from code_path_audit.costs.model import OtherCallee
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.profiles.runs.terms import PlainRuns
from code_path_audit.reports.answers import op_answer
from code_path_audit.reports.code_path import code_path_text
from code_path_audit.reports.explain import explain_op
from code_path_audit.reports.html import index_html
from code_path_audit.reports.json_report import profile_from_dict, profile_to_dict
from code_path_audit.reports.markdown import profile_markdown
from code_path_audit.reports.one_of import least_told
from code_path_audit.reports.summary import summary_markdown
from code_path_audit.reports.terminal import summary_text
from tests.reports.sample import PARSE, sample

DEEP = ("year", "month", "day", "row")
OTHERS = (OtherCallee("orjson.loads", 2_000_000, "json_io", "", 2000), OtherCallee("yaml.load", 9_000_000, "json_io"))


def profile(
    others: tuple[OtherCallee, ...] = OTHERS, evidence: str = "certain", loops: tuple[str, ...] = ()
) -> ActionProfile:
    """The sample, whose heaviest op may be one of three."""
    found = sample()
    ops = [
        op._replace(others=others, evidence=evidence, runs=in_loops(*loops)) if op.id == PARSE.id else op
        for op in found.expensive_ops
    ]
    node = found.call_graph.nodes[PARSE.function]
    node.expensive_ops[:] = [op for op in ops if op.function == PARSE.function]
    return replace(found, expensive_ops=ops)


def in_loops(*names: str) -> PlainRuns:
    """Once in loops of these names, inside of one another; () for none."""
    return ((tuple(("loop", name) for name in names), 1),) if names else ()


PAGES: dict[str, Callable[[ActionProfile], str]] = {
    "terminal": lambda found: summary_text([found]),
    "summary": lambda found: summary_markdown([replace(found, candidates=())]),
    "page of the action": profile_markdown,
    "html": lambda found: index_html([found], "2026-11-30"),
    "code path": lambda found: code_path_text(found, 5),
}


@pytest.mark.parametrize("page", PAGES)
def test_pages_say_that_it_is_one_of_several(page: str) -> None:
    assert "(one of 3)" in PAGES[page](profile())
    assert "(one of" not in PAGES[page](profile(()))


def test_the_load_is_told_with_the_lightest_of_them() -> None:
    line = "one of several is called at 1 op: the dearest counts; with the lightest it is 22,000,000 units"
    assert least_told(profile()) == line
    assert f"  ! {line}\n" in summary_text([profile()])
    alike = (OTHERS[0]._replace(weight=PARSE.weight),)
    others = [profile(()), profile(alike), profile(evidence="possible"), profile(loops=DEEP)]
    assert list(map(least_told, others)) == [""] * 4


def test_which_they_are_is_told_of_the_op() -> None:
    found = profile()
    (op,) = [op for op in found.expensive_ops if op.others]
    told = ["  or         yaml.load (9,000,000 units)", "  or         orjson.loads (2,000,000 units)"]
    assert [line for line in explain_op(found, op).splitlines() if line.startswith("  or ")] == told
    assert op_answer(op, found)["or"] == ["yaml.load (9,000,000 units)", "orjson.loads (2,000,000 units)"]
    assert "or" not in op_answer(op._replace(others=()), found)
    assert "  or         yaml.load\n" in explain_op(found, op._replace(runs=in_loops(*DEEP)))


def test_json_has_them_all() -> None:
    document = profile_to_dict(profile())
    (row,) = [row for row in document["expensive_ops"] if row["others"]]
    assert [other["callee"] for other in row["others"]] == ["orjson.loads", "yaml.load"]
    assert profile_from_dict(document).expensive_ops == profile().expensive_ops
