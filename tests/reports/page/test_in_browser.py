"""The page as a person has it: in a browser, with a mouse, and with a keyboard alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from code_path_audit.callgraph.model import Edge
from code_path_audit.profiles.model import Action, ActionProfile, CallGraph, FunctionNode
from code_path_audit.reports.page.values import Beside, Change, Changes, Point, Source
from tests.reports.page.conftest import Show
from tests.reports.sample import CALLBACK, FETCH, LOAD, MAIN, PARSE, READ
from tests.reports.three_actions import IDLE, SAVE, STARTUP

CONFIG_PY = b"""\
import json
from pathlib import Path

import requests

def later(address):
    return requests.get(address)


def load_all(paths):
    for path in paths:
        yield json.loads(Path(path).read_text())
"""
LINES = {(MAIN, 0): 5, (LOAD, 3): 12}


def _read(path: str) -> bytes:
    return CONFIG_PY if path.endswith("config.py") else b"\n\n\n\n    load_all(names)\n"


SOURCE = Source(_read, lambda function, site: LINES[function, site])
GROWN = Change(
    "grown", "fails", "op-parse", LOAD, "json.loads", 300_000, 30_000_000, "now in a loop", "src/shop/config.py:11: for"
)
GONE = Change("gone", "reported", "op-gone", LOAD, "pickle.loads", 4_000, None, "", "")
BESIDE = Beside(
    SOURCE,
    {
        "startup": Changes((GROWN, GONE)),
        "save": Changes(),
        "idle": Changes(note="There is no baseline of this action."),
    },
    {"startup": (Point("2025-01-01", 25_000_000, 3, 1, 2, "heuristic"), Point("2025-01-02", 1, 1, 1, 1, "another"))},
)

NAMES = "#operations td:nth-child(1) > button"
BLOCKS = "#icicle [role=treeitem]"
FOCUSED = "document.activeElement.getAttribute('aria-label')"


def test_what_it_pays_for(show: Show) -> None:
    page = show(STARTUP, SAVE, beside=BESIDE)
    assert page.text("#action-title") == "startup"
    assert page.texts(BLOCKS) == ["startup", "app.main", "config.load_all", "json.loads", "Path.read_text"]
    widths = page.run(f"[...document.querySelectorAll('{BLOCKS}')].map((block) => parseFloat(block.style.width))")
    assert widths == [100, 100, 100, 59.999, 40]
    assert page.texts(NAMES) == [
        "json.loads",
        "pathlib.Path.read_text",
        "requests.get",
    ]


def test_a_block_leads_to_its_source(show: Show) -> None:
    page = show(STARTUP, beside=BESIDE)
    page.click(BLOCKS, 3)
    assert page.text("#panel h4") == "json.loads"
    assert page.texts("#panel .way > li > code") == [MAIN, LOAD]
    assert [text.rstrip() for text in page.texts("#panel pre .here")] == [
        "    5     load_all(names)",
        "   12         yield json.loads(Path(path).read_text())",
    ]
    assert [text.rstrip() for text in page.texts("#panel pre .round")] == ["   11     for path in paths:"]
    assert "about 30,000,000 units, 60% of the load" in page.texts("#panel dd")
    # it is alone in its caller, which fills the width
    assert page.texts(BLOCKS)[:3] == ["startup", "app.main", "config.load_all"]


def test_zooming(show: Show) -> None:
    page = show(STARTUP, beside=BESIDE)
    page.click(BLOCKS, 2)
    widths = page.run(
        f"[...document.querySelectorAll('{BLOCKS}')].map((block) => Math.round(parseFloat(block.style.width)))"
    )
    assert widths == [100, 100, 100, 60, 40]
    assert page.run(FOCUSED) == f"{LOAD}, 50,000,000 units, 100% of the load"
    page.press("Escape", "Escape")
    assert page.run(FOCUSED).startswith("startup, ")


def test_the_icicle_by_keyboard(show: Show) -> None:
    page = show(STARTUP, beside=BESIDE)
    page.run(f"document.querySelector('{BLOCKS}[tabindex=\"0\"]').focus()")
    seen = []
    for key in (
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "ArrowRight",
        "ArrowRight",
        "ArrowLeft",
        "End",
        "Home",
        "ArrowUp",
    ):
        page.press(key)
        seen.append(page.run(FOCUSED).partition(",")[0])
    read = "pathlib.Path.read_text"
    assert seen == [MAIN, LOAD, "json.loads", read, read, "json.loads", read, "json.loads", LOAD]
    assert page.text("#panel h4") == LOAD
    assert page.run(f"document.querySelectorAll('{BLOCKS}[tabindex=\"0\"]').length") == 1
    page.press("Enter")
    assert page.run(FOCUSED).startswith(LOAD)


def test_all_of_it_by_keyboard(show: Show) -> None:
    """Every control is reached by Tab, each with a name and a visible focus."""
    page = show(STARTUP, SAVE, beside=BESIDE)
    reached = []
    for _ in range(60):
        page.press("Tab")
        found = page.run(
            """(() => {
              const at = document.activeElement;
              const label = at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "";
              return [at.tagName, at.id, label.trim().split(/\\s+\\d/)[0], getComputedStyle(at).outlineStyle];
            })()"""
        )
        if found[0] == "BODY":
            break
        reached.append(found)
    assert [row for row in reached if not row[2] or row[3] == "none"] == []
    ids = [row[1] for row in reached if row[1]]
    assert ids == ["search-text", "theme", "filter-text"]
    assert {"json_io", "expensive", "changed since the baseline", "Operation", "json.loads"} <= {
        row[2] for row in reached
    }


def test_filters(show: Show) -> None:
    page = show(STARTUP, beside=BESIDE)
    page.click("#filters input[value=network]")
    assert page.texts(NAMES) == ["requests.get"]
    assert page.texts(BLOCKS) == ["startup", "app.main", "config.load_all", "load_all.<lambda1>", "requests.get"]
    assert page.text("#operations-count") == "1 of 3 operations"
    page.click("#filters input[value=json_io]")
    assert page.texts(NAMES) == ["json.loads", "requests.get"]
    page.click("#filters input[value=likely]")
    assert page.texts(NAMES) == ["requests.get"]
    page.click("#clear-filters")
    assert len(page.texts(NAMES)) == 3
    assert page.run("document.activeElement.id") == "filter-text"
    page.type("CONFIG read")
    assert page.texts(NAMES) == ["pathlib.Path.read_text"]
    page.click("#clear-filters")
    page.click("#filters label:has(input):nth-of-type(2) input")
    assert page.texts(NAMES) == ["json.loads"]


def test_a_filter_of_the_condition(show: Show) -> None:
    seldom = replace(STARTUP, expensive_ops=[PARSE, READ._replace(condition="rarely"), FETCH])
    page = show(seldom)
    page.click("#filters input[value=rarely]")
    assert page.texts("#operations tbody td:nth-child(6)") == ["rarely"]


def test_nothing_is_left(show: Show) -> None:
    page = show(STARTUP)
    page.run("document.getElementById('filter-text').focus()")
    page.type("nothing is called so")
    assert page.text("#operations") == "0 of 3 operations"
    assert page.text("#icicle") == "No operation that is chosen has a part in the load."


def test_sorting(show: Show) -> None:
    page = show(STARTUP)
    page.click("#operations th button", 1)
    assert page.texts(NAMES) == ["json.loads", "pathlib.Path.read_text", "requests.get"]
    page.press("Enter")
    assert page.texts(NAMES) == ["requests.get", "pathlib.Path.read_text", "json.loads"]
    assert page.run("document.querySelector('th[aria-sort]').getAttribute('aria-sort')") == "descending"


def test_search(show: Show) -> None:
    page = show(STARTUP, SAVE, beside=BESIDE)
    page.press("/")
    assert page.run("document.activeElement.id") == "search-text"
    page.type("LAMBDA")
    assert page.texts("#search-results [role=option] > code") == [CALLBACK]
    page.press("Enter")
    assert page.text("#panel h4") == CALLBACK
    assert page.texts("#panel h5") == ["Its operations", "Called by", "A shortest way to it"]
    assert page.texts("#panel .way > li > code") == [MAIN, LOAD, CALLBACK]
    page.click("#panel button.link", 1)
    assert page.text("#panel h4") == LOAD
    assert page.run("decodeURIComponent(location.hash)") == f"#action-0/fn-{LOAD}"


def test_the_list_of_what_was_found(show: Show) -> None:
    page = show(STARTUP, SAVE)
    page.press("/")
    page.type("s")
    active = (
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).innerText.split(' ')[0]"
    )
    seen = []
    for _ in range(3):
        seen.append(page.run(active))
        page.press("ArrowDown")
    assert seen[:2] == ["startup", "save"]
    page.press("Escape")
    assert page.run("document.getElementById('search-results').hidden")
    page.type("nothing is called so")
    assert page.text("#search-results") == "Nothing is called so."


def test_search_goes_to_another_action(show: Show) -> None:
    page = show(STARTUP, SAVE)
    page.press("/")
    page.type("save")
    page.press("Enter")
    assert page.text("#action-title") == "save"
    assert page.run("document.querySelector('[aria-current]').id") == "action-1"


def test_an_address_says_what_is_in_view(show: Show) -> None:
    page = show(STARTUP, SAVE, at="#action-1/op-op-parse")
    assert (page.text("#action-title"), page.text("#panel h4")) == ("save", "json.loads")
    page.click("tr#action-0 a")
    assert page.text("#action-title") == "startup"
    page.run("history.back()")
    page.until("document.getElementById('action-title').innerText === 'save'")
    assert page.run("location.hash") == "#action-1/op-op-parse"


@pytest.mark.parametrize("at", ["#action-99", "#action-0/op-none", "#action-0/%E0%A4%A", "#x", "#action-0/fn-"])
def test_an_address_of_nothing(show: Show, at: str) -> None:
    assert show(STARTUP, SAVE, at=at).text("#action-title") == "startup"


def test_since_the_baseline(show: Show) -> None:
    page = show(STARTUP, SAVE, IDLE, beside=BESIDE)
    assert page.texts("#changes > .wide tbody td") == [
        "grown",
        f"json.loads\n{LOAD}",
        "300,000 units → 30,000,000 units",
        "src/shop/config.py:11: for\n\nnow in a loop",
        "fails",
    ]
    assert page.texts("#changes summary") == ["1 difference that fails nothing"]
    assert page.texts("#operations tbody td:nth-child(8)") == ["grown", "", ""]
    page.click("#changes button.link")
    assert page.text("#panel h4") == "json.loads"
    page.click("tr#action-1 a")
    assert page.text("#changes") == "Nothing: the action pays for what its baseline says."
    page.click("tr#action-2 a")
    assert page.text("#changes") == "There is no baseline of this action."


def test_the_trend(show: Show) -> None:
    page = show(STARTUP, SAVE, beside=BESIDE)
    said = "25,000,000 units on 2025-01-01, 50,000,000 units on 2025-01-31 (+100%)"
    assert page.text("#trend p") == said
    assert page.run("document.querySelector('#trend svg').getAttribute('aria-label')") == said
    assert page.run("document.querySelectorAll('#trend circle').length") == 2
    page.click("tr#action-1 a")
    assert page.text("#trend") == "One report so far: the trend begins with the next one."


def test_dark_and_light(show: Show) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    white, black = "rgb(255, 255, 255)", "rgb(20, 23, 27)"
    for dark, first in ((False, white), (True, black)):
        page = show(STARTUP, dark=dark)
        page.run("localStorage.clear()")
        seen = [page.run(ground)]
        for _ in range(3):
            page.click("#theme")
            seen.append(page.run(ground))
        assert seen == [first, white, black, first]
        page.run("localStorage.clear()")


def contrast(one: list[int], other: list[int]) -> float:
    """The contrast of two colours, as WCAG 2 defines it."""

    def light(color: list[int]) -> float:
        parts = [part / 255 for part in color]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read_on_every_ground(show: Show, dark: bool) -> None:
    page = show(STARTUP, dark=dark)
    names = ["ground", "panel", "fn", "top", "here", "tag", *(f"w{number}" for number in range(10))]
    colors = page.run(
        f"""(() => {{
          const spot = document.body.appendChild(document.createElement("i"));
          const rgb = (name) => {{
            spot.style.color = `var(--${{name}})`;
            return getComputedStyle(spot).color.match(/\\d+/g).map(Number);
          }};
          return Object.fromEntries({[*names, "text", "soft", "accent", "bad"]}.map((name) => [name, rgb(name)]));
        }})()"""
    )
    assert [name for name in names if contrast(colors["text"], colors[name]) < 4.5] == []
    on_both = [(name, ground) for name in ("soft", "accent", "bad") for ground in ("ground", "panel")]
    assert [pair for pair in on_both if contrast(colors[pair[0]], colors[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("width", [360, 760, 1280])
def test_the_page_is_no_wider_than_its_window(show: Show, width: int) -> None:
    page = show(STARTUP, SAVE, beside=BESIDE, width=width)
    page.click(BLOCKS, 3)
    assert page.run("document.documentElement.scrollWidth") == width


HOSTILE = [
    "</script><script>window.broken = 1</script>",
    "<img src=x onerror='window.broken = 1'>",
    "<!--<script>",
    "]]><svg onload=window.broken=1>",
    "\"'`${window.broken = 1}\\",
    "\u202egnp.exe\u2066\u200b\x1b[31m\0",
    "javascript:window.broken=1",
    "&lt;b&gt;&amp;",
    "__proto__",
    "constructor",
    "\ud800",
    "x" * 20_000,
    "a/b.c" * 4_000,
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_a_name_breaks_out(show: Show, name: str) -> None:
    graph = CallGraph({name: FunctionNode(name, name, 1, [name])}, {name: {name}})
    op = PARSE._replace(
        callee=name, base_class=name, function=name, file=name, path=(name,), how_often=name, size_source=name, id=name,
        amplified_by=(f"{name}:1",),
    )  # fmt: skip
    profile = replace(
        STARTUP, action=Action(name, [name], name), call_graph=graph, expensive_ops=[op, FETCH], entries=(name,),
        edges=(Edge(name, 0, name, "call", "certain"),), widened=(name,), model=name,
        candidates=(STARTUP.candidates[0]._replace(title=name, why=name, file=name),),
    )  # fmt: skip
    beside = Beside(
        Source(lambda path: name.encode("utf-8", "surrogatepass"), lambda function, site: 1),
        {name: Changes((Change(name, name, name, name, name, 1, 2, name, name),))},
        {name: (Point("2025-01-01", 1, 1, 1, 1, name),)},
    )
    page = show(profile, beside=beside, width=700)
    page.click("#operations button.link")
    page.press("/")
    page.type(name[:40].strip("\0"))
    assert page.run("[typeof window.broken, document.scripts.length, document.images.length]") == ["undefined", 3, 0]
    assert page.run("document.documentElement.scrollWidth") == 700
    assert page.run("document.querySelectorAll('#operations tbody tr').length") == 2
    shown = page.run("document.body.innerText")
    assert not set(shown) & set("\u202e\u2066\u200b\x1b\0")


def large(functions: int) -> ActionProfile:
    """An action of so many functions, each called by one before it, every second with an operation."""
    names = [f"app.module_{number % 97}.Class{number % 13}.method_{number}" for number in range(functions)]
    before = [max(0, (number - 1) // 3) for number in range(functions)]
    graph = CallGraph({name: FunctionNode(name, f"src/app/module_{at % 97}.py", at) for at, name in enumerate(names)})
    ops = []
    for at in range(1, functions):
        graph.add_edge(names[before[at]], names[at])
        if at % 2:
            way = [at]
            while way[0]:
                way.insert(0, before[way[0]])
            path = tuple(names[step] for step in way)
            ops.append(READ._replace(id=f"op{at}", function=names[at], weight=1000 + at, path=path, path_evidence=()))
    load = sum(op.weight for op in ops)
    return ActionProfile(Action("large", [names[0]]), graph, ops, total_load_estimate=load, entries=(names[0],))


def test_a_large_action_is_rendered_as_it_is_looked_at(show: Show) -> None:
    page = show(large(5_000))
    assert page.text("#operations-count") == "2,500 operations"
    rows = "document.querySelectorAll('#operations tbody tr').length"
    assert page.run(rows) <= 120
    assert page.run("document.querySelectorAll('*').length") < 5_000
    page.run("document.getElementById('more-operations').scrollIntoView()")
    page.until(f"{rows} > 60")
    first = page.run(rows)
    page.click("#more-operations")
    page.until(f"{rows} > {first}")
    page.press("/")
    page.type("method_4999")
    page.press("Enter")
    assert page.text("#panel h4") == "app.module_52.Class7.method_4999"


def test_nothing_at_all(show: Show) -> None:
    assert show().run("document.getElementById('explorer').hidden")
    page = show(IDLE)
    assert (page.text("#icicle"), page.text("#operations")) == ("It pays for no operation.", "0 operations")
