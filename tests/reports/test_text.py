"""Texts of every report: code, prose, durations, tables, and what is cut."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from code_path_audit.reports.markdown import profile_markdown
from code_path_audit.reports.text import (
    code,
    counted,
    duration,
    prose,
    shortened,
    table,
    unmodelled_told,
    unweighed_told,
    visible,
)
from tests.reports.sample import FETCH, sample

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

NASTY = [
    "a|b",
    "`",
    "a``b`",
    "\\",
    "\\|",
    "a\\",
    "<b>x</b>",
    "<!-- x",
    "&lt;",
    "[x](http://example.com)",
    "![x](y)",
    "*a* _b_ __c__ ~~d~~",
    "# x",
    "1. x",
    "- x",
    "=====",
    "---",
    "http://example.com",
    "www.example.com",
    "me@example.com",
    "@someone",
    "$x$",
    "two words",
]


def texts(markdown: str) -> list[list[str]]:
    """The text of each cell of the only table of a page, by row; fails where anything else is there."""
    tokens = MARKDOWN.parse(markdown)
    assert [token.type for token in tokens].count("table_open") == 1
    assert (tokens[0].type, tokens[-1].type) == ("table_open", "table_close")
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        if token.type == "inline":
            rows[-1].append("".join(plain(token.children or [])))
    return rows


def plain(tokens: Iterable[Token]) -> Iterable[str]:
    """What inline tokens show; the one element that may stand among them is code."""
    for token in tokens:
        assert token.type in {"text", "text_special", "code_inline", "html_inline"}, token
        if token.type == "html_inline":
            assert token.content in {"<code>", "</code>"}
        else:
            yield token.content


def check_cells(text: str) -> None:
    page = "\n".join(table(["A", "B", "C"], "llr", [[code(text), prose(text), "end"]]))
    assert texts(page) == [["A", "B", "C"], [visible(text), visible(text, 800), "end"]]


@pytest.mark.parametrize("text", NASTY)
def test_a_name_is_text_in_a_cell(text: str) -> None:
    check_cells(text)


@given(st.text())
def test_any_name_is_text_in_a_cell(text: str) -> None:
    check_cells(text)


@pytest.mark.parametrize("text", NASTY)
def test_a_name_is_text_in_a_paragraph(text: str) -> None:
    types = [token.type for token in MARKDOWN.parse(prose(text))]
    assert types == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop.load", "`shop.load`"),
        ("<lambda1>", "`<lambda1>`"),
        ("a|b", "<code>a&#124;b</code>"),
        ("a#1 ##b", "<code>a&#35;1 &#35;&#35;b</code>"),
        ("a#1", "`a#1`"),
        ("a\u202eb", "<code>a&#92;u202eb</code>"),
        ("", ""),
    ],
)
def test_code(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain words, as they are (mostly): 3 of 4.", "Plain words, as they are (mostly): 3 of 4."),
        ("load_all", "load_all"),
        ("__init__", "&#95;&#95;init&#95;&#95;"),
        ("1. x", "1&#46; x"),
        ("two\nlines", "two lines"),
        ("http://x", "http&#58;//x"),
        ("::error::a ::b", "&#58;:error::a ::b"),
    ],
)
def test_prose(text: str, expected: str) -> None:
    assert prose(text) == expected


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        (0, "0 ns"),
        (980, "980 ns"),
        (1_000, "1 µs"),
        (1_234, "1.2 µs"),
        (40_000, "40 µs"),
        (994_999, "990 µs"),
        (995_000, "1 ms"),
        (12_345_678, "12 ms"),
        (1_500_000_000, "1.5 s"),
        (7_200_000_000_000, "7,200 s"),
    ],
)
def test_duration(load: int, expected: str) -> None:
    assert duration(load) == expected


def test_a_long_table_says_what_it_leaves_out() -> None:
    ops = [FETCH._replace(weight=weight, id=str(weight)) for weight in range(1_250)]
    lines = profile_markdown(replace(sample(), expensive_ops=ops)).splitlines()
    assert sum(line.startswith("| `requests.get`") for line in lines) == 100
    assert lines[lines.index("## Chart") - 4] == "… 1,150 more in the JSON of this action."


@given(st.text(), st.integers(min_value=5, max_value=200))
def test_shortened(text: str, width: int) -> None:
    short = shortened(text, width)
    assert len(short) <= width
    assert short == text or (len(short) == width and "..." in short)


def test_counted() -> None:
    shown = [counted(1, "op"), counted(2_000, "op"), counted(0, "class", "classes")]
    assert shown == ["1 op", "2,000 ops", "0 classes"]


@pytest.mark.parametrize(
    ("libraries", "told"),
    [
        ((("falcon", 1),), "1 edge is guessed at libraries without a model (falcon 1): "),
        ((("falcon", 1200), ("b", 2)), "1,202 edges are guessed at libraries without a model (falcon 1,200, b 2): "),
        (
            (("a", 9), ("b", 2), ("c", 2), ("d", 1), ("e", 1)),
            "15 edges are guessed at libraries without a model (a 9, b 2, c 2, 2 more): ",
        ),
    ],
)
def test_libraries_without_a_model(libraries: tuple[tuple[str, int], ...], told: str) -> None:
    assert unmodelled_told(libraries) == told + "code-path-audit libraries reads what is installed"


@pytest.mark.parametrize(
    ("libraries", "told"),
    [
        ((("yarl", 1),), "1 call of libraries that nothing is known of counts as free (yarl 1): "),
        (
            (("a", 1200), ("b", 2), ("c", 1), ("d", 1)),
            "1,204 calls of libraries that nothing is known of count as free (a 1,200, b 2, c 1, 1 more): ",
        ),
    ],
)
def test_libraries_that_nothing_is_known_of(libraries: tuple[tuple[str, int], ...], told: str) -> None:
    assert unweighed_told(libraries) == told + "give them a rule, or record a run"
