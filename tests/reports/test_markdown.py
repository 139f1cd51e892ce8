"""Pages in Markdown, read by a Markdown parser: names never become markup, and tables keep their shape."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from code_path_audit.profiles.model import Action, ActionProfile
from code_path_audit.reports.markdown import path, profile_markdown, runs
from code_path_audit.reports.text import quantity
from code_path_audit.sources.model import SkippedFile
from tests.reports.sample import FETCH, MAIN, sample

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

PAGE = """\
# startup

From the click to the first page

**Load about 50,000,000 units** from 3 ops, 2 of them over the threshold of 40,000 units. 3 functions reached; \
2 calls unresolved. \
Cost model: `heuristic`.

Entry points: `shop.app.main`

## Expensive operations

| What | Where | About | Of the load | Class | Runs | Size | Path |
| --- | --- | ---: | ---: | --- | ---: | ---: | --- |
| `json.loads` | `src/shop/config.py:12` | **30,000,000 units** | 60% | json_io | ×100 (literal) | 2,000 (hint) | \
`shop.app.main` → `shop.config.load_all` (loop, line 11) |
| `pathlib.Path.read_text` | `src/shop/config.py:12` | **20,000,000 units** | 40% | file_io | ×100 (literal) | \
2,000 (hint) | `shop.app.main` → `shop.config.load_all` (loop, line 11) |
| `requests.get`? | `src/shop/config.py:7` | 500 units | under 1% | network | 1 | 1 (assumed) | \
`shop.app.main` → `shop.config.load_all`? → `shop.config.load_all.<lambda1>` |

? likely, not certain.

## Chart

```mermaid
flowchart LR
  n0(["shop.app.main"]):::entry
  n1["shop.config.load_all"]
  n2["shop.config.load_all.#60;lambda1#62;"]
  n3{{"json.loads<br/>json_io, 30,000,000 units"}}:::expensive
  n4{{"pathlib.Path.read_text<br/>file_io, 20,000,000 units"}}:::expensive
  n5{{"requests.get<br/>network, 500 units"}}:::op
  n0 --> n1
  n1 -.-> n2
  n1 -->|"×100"| n3
  n1 -->|"×100"| n4
  n2 --> n5
  classDef entry fill:#dbeafe,stroke:#1d4ed8,color:#172554
  classDef op fill:#f4f4f5,stroke:#71717a,color:#18181b
  classDef expensive fill:#fee2e2,stroke:#b91c1c,color:#450a0a,stroke-width:2px
  classDef note fill:#fef9c3,stroke:#a16207,color:#422006,stroke-dasharray:4 4
```

## Candidates

| Candidate | Where | Saves | Effort | Priority | Why | Assumes |
| --- | --- | --- | --- | --- | --- | --- |
| Parse once, before the loop | `src/shop/config.py:12` (c0ffee01) | about 30,000,000 units, 60% of what it surely \
pays | small | high | json.loads runs 100 times on what does not change |  |

## Redundant work

| Op | Input | Times | Sites | Load of the repeats |
| --- | --- | ---: | --- | ---: |
| `json.loads` | `'a.json'` | 2 | `shop.config.load_all:12`<br>`shop.app.main:4` | 300,000 units |

## Could run at the same time

| Where | Function | Independent steps | How | Load | Saves |
| --- | --- | --- | --- | ---: | ---: |
| `src/shop/config.py:20` | `shop.config.load_all` | `requests.get`<br>`read_text` | threads | \
20,000,000 units | 500 units |

## State changes

| Kind | Places | Most often changed |
| --- | ---: | --- |
| `attr_write` | 2 | `self.settings` (2) |
| `container_mutate` | 1 | `rows` |

## Unresolved calls

| Reason | Calls | Places |
| --- | ---: | --- |
| getattr | 1 | `getattr(plugin, name)()` at `src/shop/app.py:5` |
| unknown callee | 1 | `hook` at `src/shop/app.py:6` |

## Limits of this trace

- 2 functions more than 10 calls deep not followed: `shop.plugins.a`, `shop.plugins.b`
- 31 more calls are only possible: --evidence possible follows them
- Skipped `src/shop/old.py:3`: invalid syntax
- Widened: shop.app.main: 70 candidates for hook
"""

EMPTY_PAGE = """\
# idle

**Load 0 units** from 0 ops, 0 of them over the threshold of 40,000 units. 0 functions reached; 0 calls unresolved. \
Cost model: `heuristic`.

Entry points: none

## Expensive operations

None: no call that this action reaches matches a cost rule.

## Chart

```mermaid
flowchart LR
  classDef entry fill:#dbeafe,stroke:#1d4ed8,color:#172554
  classDef op fill:#f4f4f5,stroke:#71717a,color:#18181b
  classDef expensive fill:#fee2e2,stroke:#b91c1c,color:#450a0a,stroke-width:2px
  classDef note fill:#fef9c3,stroke:#a16207,color:#422006,stroke-dasharray:4 4
```
"""


def test_the_page_of_an_action() -> None:
    assert profile_markdown(sample()) == PAGE


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_rows_does_not_show(seed: int) -> None:
    assert profile_markdown(sample(seed)) == PAGE


def test_the_page_of_an_action_that_does_nothing() -> None:
    assert profile_markdown(ActionProfile(Action("idle", []), model="heuristic")) == EMPTY_PAGE


@given(st.text())
def test_any_name_keeps_the_page_in_shape(name: str) -> None:
    profile = replace(
        sample(),
        action=Action(name, [name], name),
        entries=(name,),
        model=name,
        widened=(name,),
        skipped=(SkippedFile(name, name, name, 0),),
        cut_functions=(name,),
        expensive_ops=[FETCH._replace(callee=name, file=name, function=name, path=(MAIN, name))],
    )
    shape = [token.type for token in MARKDOWN.parse(profile_markdown(profile)) if token.type.startswith(("h", "t"))]
    # one heading for the name, one for each section; five cells more or less would show in the table's tokens
    assert (shape.count("heading_open"), shape.count("table_open"), shape.count("html_block")) == (9, 6, 0)
    assert shape.count("tr_open") == 2 + 2 + 2 + 2 + 3 + 3


def test_time_is_shown_once_the_model_is_calibrated() -> None:
    told = [quantity(1_234_567, calibrated) for calibrated in (False, True)]
    assert told == ["about 1,200,000 units", "about 1.2 ms"]
    page = profile_markdown(replace(sample(), calibrated=True))
    assert "| **30 ms** |" in page
    assert "**Load about 50 ms**" in page


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "1"),
        ({"amplification": 7, "amplified_by": ("f:1",), "bound_source": "constant"}, "×7 (constant)"),
        ({"amplification": 1, "amplified_by": ("f:1",), "bound_source": "unknown"}, "×1 (unknown)"),
        ({"recursive": True}, "1 (recursive)"),
    ],
)
def test_runs(change: dict[str, object], expected: str) -> None:
    assert runs(FETCH._replace(**change)) == expected  # type: ignore[arg-type]


DEEP = FETCH._replace(
    path=tuple("abcde"),
    path_evidence=("certain", "likely", "possible", "certain", "certain"),
    amplified_by=("b:2", "b:3"),
)


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, "`a` → `b`? (loop, line 2, 3) → `c`?? → `d` → `e`"),
        (5, "`a` → `b`? (loop, line 2, 3) → `c`?? → `d` → `e`"),
        (4, "`a` → `b`? (loop, line 2, 3) → … 2 more … → `e`"),
    ],
)
def test_path(most: int, expected: str) -> None:
    assert path(DEEP, most) == expected
