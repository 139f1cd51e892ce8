"""The summary and the candidates."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from code_path_audit.profiles.model import ActionProfile
from code_path_audit.reports.summary import candidates_markdown, summary_markdown
from tests.reports.sample import PARSE, READ, sample
from tests.reports.three_actions import IDLE, NO_PROPOSAL, SAVE, STARTUP

SUMMARY = """\
# Code path audit

## Fix first

1. **Parse once, before the loop** at `src/shop/config.py:12` (c0ffee01)
   - Saves about 30,000,000 units of save, 60% of what it surely pays; about 30,000,000 units of startup, \
60% of what it surely pays.
   - Why: json.loads runs 100 times on what does not change
   - Path: `shop.app.main` → `shop.config.load_all` (loop, line 11) → `json.loads`
   - Effort: small. Priority: high.

## Actions

| Action | Load | Expensive ops | All ops | Unresolved calls | Biggest op | Of the load |
| --- | ---: | ---: | ---: | ---: | --- | ---: |
| [startup](actions/startup.md) | about 50,000,000 units | 2 | 3 | 2 | `json.loads` at `src/shop/config.py:12` | 60% |
| [save](actions/save.md) | about 30,000,000 units | 1 | 1 | 0 | `json.loads` at `src/shop/config.py:12` | 100% |
| [idle](actions/idle.md) | 0 units | 0 | 0 | 0 |  |  |

## The same work again

- save: json.loads 'a.json' 2 times, about 300,000 units too many (`shop.config.load_all:12`, `shop.app.main:4`)
- startup: json.loads 'a.json' 2 times, about 300,000 units too many (`shop.config.load_all:12`, `shop.app.main:4`)

## Not seen

- 2 functions more than 10 calls deep not followed: `shop.plugins.a`, `shop.plugins.b` (in startup)
- 31 more calls are only possible: --evidence possible follows them (in startup)
- Skipped `src/shop/old.py:3`: invalid syntax
- Widened: shop.app.main: 70 candidates for hook (in startup)
"""

HEAVIEST = """\
# Code path audit

## Fix first

No change is known that saves a twentieth of what an action surely pays. To look at first:

1. **`json.loads`** at `src/shop/config.py:12`
   - Weighs about 30,000,000 units, 60% of startup.
   - Path: `shop.app.main` → `shop.config.load_all` (loop, line 11) → `json.loads`
2. **`pathlib.Path.read_text`** at `src/shop/config.py:12`
   - Weighs about 20,000,000 units, 40% of startup.
   - Path: `shop.app.main` → `shop.config.load_all` (loop, line 11) → `pathlib.Path.read_text`

## Actions
"""

NOTHING = """\
# Code path audit

## Fix first

No change is known that saves a twentieth of what an action surely pays. No operation weighs more than its threshold.

## Actions

| Action | Load | Expensive ops | All ops | Unresolved calls | Biggest op | Of the load |
| --- | ---: | ---: | ---: | ---: | --- | ---: |
| [idle](actions/idle.md) | 0 units | 0 | 0 | 0 |  |  |
"""

CANDIDATES = """\
# Optimization candidates

What is saved is that of the action traced again with the candidate applied; of a loop whose length nobody knows, \
that of one round. What stands behind the line is what `code-path-audit prune --candidate` takes.

| Candidate | Where | Action | Saves | Effort | Priority | Why | Assumes |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Parse once, before the loop | `src/shop/config.py:12` (c0ffee01) | save | about 30,000,000 units, 60% of what it \
surely pays | small | high | json.loads runs 100 times on what does not change |  |
| Parse once, before the loop | `src/shop/config.py:12` (c0ffee01) | startup | about 30,000,000 units, 60% of what it \
surely pays | small | high | json.loads runs 100 times on what does not change |  |
"""


@pytest.mark.parametrize("profiles", [[STARTUP, SAVE, IDLE], [IDLE, SAVE, STARTUP], [SAVE, IDLE, sample(5)]])
def test_summary(profiles: Sequence[ActionProfile]) -> None:
    assert summary_markdown(profiles) == SUMMARY


def test_the_biggest_op_is_the_heaviest() -> None:
    """Whatever stands first where ops are listed: what always runs, however light."""
    light, heavy = READ._replace(weight=10_000), PARSE._replace(condition="sometimes")
    found = summary_markdown([replace(STARTUP, expensive_ops=[light, heavy], total_load_estimate=30_010_000)])
    assert "| `json.loads` at `src/shop/config.py:12` | 100% |" in found


def test_what_may_not_run_is_done_again_up_to_so_often() -> None:
    ops = [op._replace(condition="sometimes") for op in STARTUP.expensive_ops]
    assert "json.loads 'a.json' up to 2 times, about" in summary_markdown([replace(STARTUP, expensive_ops=ops)])


def test_summary_without_proposals_names_the_heaviest_ops() -> None:
    assert summary_markdown([NO_PROPOSAL]).startswith(HEAVIEST)


def test_summary_with_nothing_to_fix() -> None:
    assert summary_markdown([replace(IDLE, skipped=())]) == NOTHING


@pytest.mark.parametrize("profiles", [[STARTUP, SAVE], [SAVE, STARTUP]])
def test_candidates(profiles: Sequence[ActionProfile]) -> None:
    assert candidates_markdown(profiles) == CANDIDATES


def test_no_candidates() -> None:
    assert candidates_markdown([IDLE, NO_PROPOSAL]) == "# Optimization candidates\n\nNone found in 2 actions.\n"
