"""What a person reads first: the summary, the candidates, the terminal's view and the page."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.profiles.model import Action, ActionProfile
from code_path_audit.reports.html import index_html
from code_path_audit.reports.priorities import loop_lines, proposals, share
from code_path_audit.reports.summary import candidates_markdown, summary_markdown
from code_path_audit.reports.terminal import columns_of, fitted, summary_text
from code_path_audit.sources.model import SkippedFile
from tests.reports.test_sample import FETCH, LOAD, MAIN, PARSE, sample

STARTUP = sample()
SAVE = replace(
    sample(),
    action=Action("save", [MAIN]),
    expensive_ops=[PARSE],
    total_load_estimate=30_000_000,
    unresolved=(),
    cut_by_depth=0,
    cut_functions=(),
    widened=(),
)
IDLE = replace(
    ActionProfile(Action("idle", [])), skipped=(SkippedFile("src/shop/old.py", "shop.old", "invalid syntax", 3),)
)
NO_PROPOSAL = replace(STARTUP, candidates=())

SUMMARY = """\
# Code path audit

## Fix first

1. **Parse once, before the loop** at `src/shop/config.py:12`
   - Saves 29,700,000 of 30,000,000 (99%) in save; 29,700,000 of 50,000,500 (59%) in startup.
   - Why: json.loads runs 100 times on what does not change
   - Path: `shop.app.main` → `shop.config.load_all` (loop, line 11) → `json.loads`
   - Effort: small. Priority: high.

## Actions

| Action | Load | Expensive ops | All ops | Unresolved calls | Biggest op | Of the load |
| --- | ---: | ---: | ---: | ---: | --- | ---: |
| [startup](actions/startup.md) | 50,000,500 | 2 | 3 | 2 | `json.loads` at `src/shop/config.py:12` | 60% |
| [save](actions/save.md) | 30,000,000 | 1 | 1 | 0 | `json.loads` at `src/shop/config.py:12` | 100% |
| [idle](actions/idle.md) | 0 | 0 | 0 | 0 |  |  |

## Not seen

- 2 functions more than 10 calls deep not followed: `shop.plugins.a`, `shop.plugins.b` (in startup)
- Skipped `src/shop/old.py:3`: invalid syntax
- Widened: shop.app.main: 70 candidates for hook (in startup)
"""

HEAVIEST = """\
# Code path audit

## Fix first

No proposal would save load. The heaviest operations:

1. **`json.loads`** at `src/shop/config.py:12`
   - Weighs 30,000,000, 60% of startup.
   - Path: `shop.app.main` → `shop.config.load_all` (loop, line 11) → `json.loads`
2. **`pathlib.Path.read_text`** at `src/shop/config.py:12`
   - Weighs 20,000,000, 40% of startup.
   - Path: `shop.app.main` → `shop.config.load_all` (loop, line 11) → `pathlib.Path.read_text`

## Actions
"""

NOTHING = """\
# Code path audit

## Fix first

Nothing: no operation weighs more than its threshold, and no proposal would save load.

## Actions

| Action | Load | Expensive ops | All ops | Unresolved calls | Biggest op | Of the load |
| --- | ---: | ---: | ---: | ---: | --- | ---: |
| [idle](actions/idle.md) | 0 | 0 | 0 | 0 |  |  |
"""

CANDIDATES = """\
# Optimization candidates

The load saved is that of the action traced again with the candidate applied.

| Candidate | Where | Action | Current load | Load saved | Effort | Priority | Why |
| --- | --- | --- | ---: | ---: | --- | --- | --- |
| Parse once, before the loop | `src/shop/config.py:12` | save | 30,000,000 | 29,700,000 | small | high | \
json.loads runs 100 times on what does not change |
| Parse once, before the loop | `src/shop/config.py:12` | startup | 30,000,000 | 29,700,000 | small | high | \
json.loads runs 100 times on what does not change |
"""

TERMINAL = """\
save
  load 30,000,000; 1 op, 1 expensive; 3 functions; 0 unresolved
  30,000,000  ×100  json.loads  src/shop/config.py:12
  ! 1 file skipped: src/shop/old.py: invalid syntax

startup
  load 50,000,500; 3 ops, 2 expensive; 3 functions; 2 unresolved
  30,000,000  ×100  json.loads              src/shop/config.py:12
  20,000,000  ×100  pathlib.Path.read_text  src/shop/config.py:12
         500        requests.get            src/shop/config.py:7
  ! 2 functions more than 10 calls deep not followed
  ! not followed: shop.app.main:5 getattr, shop.app.main:6 unknown callee
  ! 1 file skipped: src/shop/old.py: invalid syntax
  ! 1 widening: shop.app.main: 70 candidates for hook

Fix first
  1. Parse once, before the loop
     src/shop/config.py:12
     saves 29,700,000 of 30,000,000 (99%) in save; 29,700,000 of 50,000,500 (59%) in startup
     shop.app.main → shop.config.load_all (loop) → json.loads
"""


@pytest.mark.parametrize("profiles", [[STARTUP, SAVE, IDLE], [IDLE, SAVE, STARTUP], [SAVE, IDLE, sample(5)]])
def test_summary(profiles: Sequence[ActionProfile]) -> None:
    assert summary_markdown(profiles) == SUMMARY


def test_summary_without_proposals_names_the_heaviest_ops() -> None:
    assert summary_markdown([NO_PROPOSAL]).startswith(HEAVIEST)


def test_summary_with_nothing_to_fix() -> None:
    assert summary_markdown([replace(IDLE, skipped=())]) == NOTHING


@pytest.mark.parametrize("profiles", [[STARTUP, SAVE], [SAVE, STARTUP]])
def test_candidates(profiles: Sequence[ActionProfile]) -> None:
    assert candidates_markdown(profiles) == CANDIDATES


def test_no_candidates() -> None:
    assert candidates_markdown([IDLE, NO_PROPOSAL]) == "# Optimization candidates\n\nNone found in 2 actions.\n"


@pytest.mark.parametrize("profiles", [[STARTUP, SAVE], [SAVE, STARTUP], [sample(4), SAVE]])
def test_terminal(profiles: Sequence[ActionProfile]) -> None:
    assert summary_text(profiles) == TERMINAL


def test_colour_adds_nothing_but_colour() -> None:
    painted = summary_text([STARTUP, SAVE], color=True)
    assert "\x1b[31m  30,000,000  ×100  json.loads" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == TERMINAL


def test_terminal_shows_time_once_the_model_is_calibrated() -> None:
    lines = summary_text([replace(STARTUP, calibrated=True)]).splitlines()
    assert lines[2:5] == [
        "   30 ms  ×100  json.loads              src/shop/config.py:12",
        "   20 ms  ×100  pathlib.Path.read_text  src/shop/config.py:12",
        "  500 ns        requests.get            src/shop/config.py:7",
    ]


def test_an_action_takes_one_screen() -> None:
    many = [FETCH._replace(line=line, id=f"op-{line}") for line in range(500)]
    lines = summary_text([replace(STARTUP, expensive_ops=many)]).splitlines()
    assert len(lines) <= 24
    assert "  and 490 lighter ops" in lines


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
    ("part", "whole", "expected"),
    [(1, 3, "33%"), (3, 3, "100%"), (1, 1000, "under 1%"), (0, 5, "0%"), (0, 0, "")],
)
def test_share(part: int, whole: int, expected: str) -> None:
    assert share(part, whole) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("f:3", "g:7", "f:4"), {"f": (3, 4), "g": (7,)}),
        (("a:b:3",), {"a:b": (3,)}),  # a module's name comes from its file, and a file's name may hold anything
        (("f", "f:", "f:x", "f:\u0663", "f:" + "9" * 5000), {}),
    ],
)
def test_loop_lines(rows: tuple[str, ...], expected: dict[str, tuple[int, ...]]) -> None:
    assert loop_lines(rows) == expected


def test_what_saves_most_over_all_actions_comes_first() -> None:
    base = STARTUP.candidates[0]
    small = base._replace(title="small", line=1, saving=10)
    shared = base._replace(title="shared", line=2, saving=6)
    found = proposals([replace(STARTUP, candidates=(small, shared)), replace(SAVE, candidates=(shared,))])
    assert [(row.candidate.title, row.saved, [part.action for part in row.savings]) for row in found] == [
        ("shared", 12, ["save", "startup"]),
        ("small", 10, ["startup"]),
    ]


class Page(HTMLParser):
    """What a browser is told: tags, addresses, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert name in {"href", "id", "class", "style", "lang", "charset", "http-equiv", "content", "name", "open"}
            self.addresses += [value or ""] if name == "href" else []
            self.ids += [value or ""] if name == "id" else []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_stands_alone() -> None:
    page = Page(index_html([STARTUP, SAVE, IDLE], "2025-01-31"))
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert sorted(page.addresses) == [
        "#action-0",
        "#action-1",
        "#action-2",
        *(f"actions/{name}.{suffix}" for name in ("idle", "save", "startup") for suffix in ("json", "md", "mmd")),
        "optimization_candidates.md",
        "summary.md",
    ]
    assert page.ids == ["action-0", "action-1", "action-2"]


@pytest.mark.parametrize(
    "text",
    [
        "Parse once, before the loop",
        "29,700,000 of 30,000,000 (99%) in save; 29,700,000 of 50,000,500 (59%) in startup",
        "json.loads runs 100 times on what does not change",
        "×100 (literal)",
        "From the click to the first page",
        "2025-01-31: 3 actions. Also as ",
    ],
)
def test_the_page_says(text: str) -> None:
    assert text in Page(index_html([STARTUP, SAVE, IDLE], "2025-01-31")).texts


def test_the_page_without_proposals() -> None:
    heaviest = index_html([NO_PROPOSAL], "2025-01-31")
    assert "No proposal would save load. The heaviest operations:" in heaviest
    assert "Nothing: no operation weighs more" in index_html([IDLE], "2025-01-31")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_page_does_not_show_the_order_of_rows(seed: int) -> None:
    assert index_html([SAVE, sample(seed)], "2025-01-31") == index_html([STARTUP, SAVE], "2025-01-31")


@given(st.text())
def test_names_add_no_element_to_the_page(name: str) -> None:
    def shape(name: str) -> list[str]:
        candidate = STARTUP.candidates[0]._replace(title=name, file=name, why=name, effort=name, priority=name)
        profile = replace(
            STARTUP,
            action=Action(name, [name], "described"),
            candidates=(candidate,),
            expensive_ops=[PARSE._replace(callee=name, file=name, function=LOAD, path=(name,), base_class=name)],
            skipped=(SkippedFile(name, name, name, 1),),
            widened=(name,),
        )
        return [tag for tag in Page(index_html([profile], "2025-01-31")).tags if tag != "wbr"]

    assert shape(name) == shape("plain")
