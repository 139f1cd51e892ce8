"""The terminal's view: one screen, that fits and commands nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.model import Action, ActionProfile
from code_path_audit.reports.terminal import begun, columns_of, fitted, summary_text, with_fewer_parts, wrapped
from code_path_audit.sources.model import SkippedFile
from tests.reports.sample import FETCH, PARSE, READ, sample
from tests.reports.three_actions import SAVE, STARTUP, nested

TERMINAL = """\
save
  load about 30,000,000 units; 1 op, 1 expensive; 3 functions; 0 unresolved
  30,000,000 units  100%  ×100  json.loads  src/shop/config.py:12
  ! the same again: json.loads 'a.json' 2 times, about 300,000 units too many
  ! 1 file skipped: src/shop/old.py: invalid syntax

startup
  load about 50,000,000 units; 3 ops, 2 expensive; 3 functions; 2 unresolved
  30,000,000 units       60%  ×100  json.loads              src/shop/config.py:12
  20,000,000 units       40%  ×100  pathlib.Path.read_text  src/shop/config.py:12
         500 units  under 1%        requests.get?           src/shop/config.py:7
  ! ? likely, not certain
  ! the same again: json.loads 'a.json' 2 times, about 300,000 units too many
  ! 2 functions more than 10 calls deep not followed: shop.plugins.a, shop.plugins.b
  ! 31 more calls are only possible: --evidence possible follows them
  ! not followed: shop.app.main:5 getattr, shop.app.main:6 unknown callee
  ! 1 file skipped: src/shop/old.py: invalid syntax
  ! 1 widening: shop.app.main: 70 candidates for hook

Fix first
  1. Parse once, before the loop
     src/shop/config.py:12 (c0ffee01)
     saves about 30,000,000 units of save, 60% of what it surely pays; about 30,000,000 units of
       startup, 60% of what it surely pays
     shop.app.main → shop.config.load_all (loop) → json.loads
"""


@pytest.mark.parametrize("profiles", [[STARTUP, SAVE], [SAVE, STARTUP], [sample(4), SAVE]])
def test_terminal(profiles: Sequence[ActionProfile]) -> None:
    assert summary_text(profiles) == TERMINAL


def test_no_figure_past_three_loops() -> None:
    """Such an op has none, and the load is that of the others."""
    deep, three = (summary_text([nested(loops)]).splitlines() for loops in (4, 3))
    assert deep[1].startswith("  load about 20,000,000 units, and 1 op past 3 loops; 3 ops, 2 expensive;")
    assert [line.split()[0] for line in deep[2:5]] == ["-", "20,000,000", "500"]
    assert "     saves part of what is more than 3 loops deep in startup" in deep
    assert three[1].startswith("  load about 50,000,000 units; 3 ops, 2 expensive;")


SOMETIMES = PARSE._replace(condition="sometimes")
SMALL = [READ._replace(weight=10_000, id=f"small-{line}", line=line) for line in range(3)]


@pytest.mark.parametrize(
    ("ops", "line"),
    [
        ([PARSE, READ], ""),
        ([SOMETIMES, READ], "  what always runs: 20,000,000 units of it (40%)"),
        ([PARSE._replace(evidence="likely")], "  what always runs: nothing"),
        ([PARSE, *(op._replace(condition="rarely") for op in SMALL)], ""),
        (
            [SOMETIMES, *SMALL],
            "  what always runs: 30,000 units of it (under 1%); most: 100% json.loads src/shop/config.py:12",
        ),
        (
            [*SMALL, *(SOMETIMES._replace(id=f"{line}", line=line) for line in range(12))],
            "  what always runs: 30,000 units of it (under 1%); most: 8% json.loads src/shop/config.py:0",
        ),
        (
            [*SMALL, SOMETIMES._replace(line=7, file="a.py", weight=900_000), SOMETIMES._replace(file="b.py", id="b")],
            "  what always runs: 30,000 units of it (under 1%); most: 97% json.loads b.py:12",
        ),
        (
            [*SMALL, *(SOMETIMES._replace(callee="f", file=f"{name}.py", id=name) for name in "abcd")],
            "  what always runs: 30,000 units of it (under 1%); most: 25% f a.py:12, 25% f b.py:12, 25% f c.py:12",
        ),
    ],
)
def test_where_the_load_is(ops: list[ExpensiveOp], line: str) -> None:
    """The part of it in what always runs, and, where the first three lines show others, the ops that make half of it,
    as many as fit."""
    profile = replace(STARTUP, expensive_ops=ops, total_load_estimate=sum(op.weight for op in ops))
    found = summary_text([profile]).splitlines()[2]
    assert found == line if line else "%  ×100  json.loads" in found


TIMES = {
    "per order, and once": "per order, and once, sometimes",
    "per order and line_of_order, and per order": "per order and 1 more, and more, sometimes",
    "per path_string and file, and per path": "per path_string and more, sometimes",
    "per year, month (2 deep) and day_of_the_week": "per year and 2 more, sometimes",
    "twice per path, text, file_name and 2 more": "twice per path, text and 3 more, sometimes",
    "per template_path in each round of from_notebook": "per template_path in recursion, sometimes",
    "per node and item in each round of as_constant": "per node and item in recursion, sometimes",
    "per a_very_long_name_of_a_loop_that_fills_it": "per a_very_long_name_of_a_loo…, sometimes",
    "15 times per entry (2 deep) in each round of convert_all": "15 times per entry in recursion, sometimes",
    "per entry (2 deep) and name in each round of convert_all": "per entry and more in recursion, sometimes",
    "per source_patterns and name in each round of walk_all, and once": "per source_patte… and recursion, sometimes",
    "per email_address, and per address, and twice": "per email_address, and more, sometimes",
    "up to twice per round in each round of send, and once": "up to twice per round and more, sometimes",
    "up to 4 times per tab and round in each round of send": "up to 4 times per tab and more, sometimes",
}


@pytest.mark.parametrize("words", TIMES)
def test_how_often_is_cut_between_terms(words: str) -> None:
    op = PARSE._replace(how_often=words, condition="sometimes")
    profile = replace(STARTUP, expensive_ops=[op], total_load_estimate=op.weight)
    assert f"  {TIMES[words]}  json.loads" in summary_text([profile])


PREDICTED = {
    "5 times": "once, measured (predicted: 5 times)",
    "per row and item, and per row": "once, measured, not as predicted",
}


@pytest.mark.parametrize("words", PREDICTED)
def test_how_often_is_told_as_it_was_measured(words: str) -> None:
    op = PARSE._replace(how_often="once, measured", predicted=words)
    profile = replace(STARTUP, expensive_ops=[op], total_load_estimate=op.weight)
    assert f"  {PREDICTED[words]}  json.loads" in summary_text([profile])


def test_colour_adds_nothing_but_colour() -> None:
    painted = summary_text([STARTUP, SAVE], color=True)
    assert "\x1b[31m  30,000,000 units  100%  ×100  json.loads" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == TERMINAL


def test_terminal_shows_time_once_the_model_is_calibrated() -> None:
    lines = summary_text([replace(STARTUP, calibrated=True)]).splitlines()
    assert lines[2:5] == [
        "   30 ms       60%  ×100  json.loads              src/shop/config.py:12",
        "   20 ms       40%  ×100  pathlib.Path.read_text  src/shop/config.py:12",
        "  500 ns  under 1%        requests.get?           src/shop/config.py:7",
    ]


def test_an_action_takes_one_screen() -> None:
    many = [FETCH._replace(line=line, id=f"op-{line}") for line in range(500)]
    lines = summary_text([replace(STARTUP, expensive_ops=many)]).splitlines()
    assert len(lines) <= 24
    assert "  and 492 more ops" in lines


@given(st.text(), st.integers(min_value=60, max_value=120))
def test_lines_fit_a_terminal_and_command_it_nothing(name: str, width: int) -> None:
    profile = replace(
        STARTUP,
        action=Action(name, [name]),
        expensive_ops=[FETCH._replace(callee=name * 9, file=name * 9)],
        widened=(name,),
        skipped=(SkippedFile(name, name, name, 1),),
    )
    text = summary_text([profile], width=width)
    assert text.replace("\n", "").isprintable()
    assert max(map(columns_of, text.splitlines())) <= width


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("short", 10, "short"), ("abcdefghijkl", 9, "abc...jkl"), ("変数変数変数", 9, "変...数")],
)
def test_fitted(text: str, width: int, expected: str) -> None:
    assert fitted(text, width) == expected


@pytest.mark.parametrize(
    ("text", "separator", "width", "expected"),
    [
        ("httpx.AsyncClient.stream?", ".", 30, "httpx.AsyncClient.stream?"),
        ("httpx.AsyncClient.stream?", ".", 20, "…AsyncClient.stream?"),
        ("httpx.AsyncClient.stream?", ".", 12, "…stream?"),
        ("shop/store/files.py:20", "/", 14, "…files.py:20"),
        ("shop/store/files.py:20", "/", 8, "…s.py:20"),
    ],
)
def test_names_lose_their_first_parts(text: str, separator: str, width: int, expected: str) -> None:
    assert with_fewer_parts(text, separator, width) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("  ! one two", ["  ! one two"]),
        ("  ! one two three four", ["  ! one two", "    three four"]),
        ("  ! one two three four five six", ["  ! one two", "    th...e six"]),
        ("  !_one_two_three_four", ["  !_on..._four"]),
    ],
)
def test_lines_are_broken_once(text: str, lines: list[str]) -> None:
    assert wrapped(text, 14) == lines


def test_the_beginning_of_a_text() -> None:
    assert [begun("per path and file", width) for width in (17, 10, 9)] == [
        "per path and file",
        "per path…",
        "per path…",
    ]


def test_a_narrow_terminal() -> None:
    """What is called, and where, keep their ends; how often keeps its beginning."""
    lines = summary_text([STARTUP], width=70).splitlines()
    assert lines[:6] == [
        "startup",
        "  load about 50,000,000 units; 3 ops, 2 expensive; 3 functions; 2",
        "    unresolved",
        "  30,000,000 units       60%  ×100  json.loads       …config.py:12",
        "  20,000,000 units       40%  ×100  …Path.read_text  …config.py:12",
        "         500 units  under 1%        requests.get?    …shop/config.py:7",
    ]
    op = PARSE._replace(how_often="per user, index and 3 more", condition="sometimes")
    (line,) = [
        line for line in summary_text([replace(STARTUP, expensive_ops=[op])], width=80).splitlines() if "per" in line
    ]
    assert "per user and more, so…  json.loads" in line
