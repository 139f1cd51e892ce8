"""What every format says alike."""

from __future__ import annotations

import pytest

from code_path_gate.formats import phrases
from code_path_gate.formats.github import annotate
from code_path_gate.formats.json_document import check_json
from code_path_gate.formats.markdown import check_markdown
from code_path_gate.formats.sarif import check_sarif
from code_path_gate.formats.text import check_text
from code_path_gate.verdict.evidence import Evidence
from code_path_gate.verdict.policy import Judged
from tests.gate.results import CAUSE, FAILS, GROWN, NOW, PATH, WAS, explained, finding, result

GUESS = "likely, not certain: the call in shop.store.write"


@pytest.mark.parametrize("form", ["text", "long", "markdown", "github", "sarif", "json"])
def test_every_format_says_that_a_path_has_a_likely_call(form: str) -> None:
    steps = tuple(step._replace(evidence="certain") for step in PATH)
    sure = Evidence(steps, steps, CAUSE)
    proven = explained(result(FAILS), {NOW.id: sure})
    texts = {
        "text": check_text,
        "long": lambda checked: check_text(checked, explain=True),
        "markdown": check_markdown,
        "github": annotate,
        "sarif": lambda checked: check_sarif(checked, "1.0.0"),
        "json": check_json,
    }
    said = '"evidence": "likely",\n      "path"' if form == "json" else GUESS
    assert (said in texts[form](result(FAILS)), said in texts[form](proven)) == (True, False)


# the condition before and now, whether it blocks the event loop; what is said
OFTEN = {
    "always": ("always", "always", False, "runs once"),
    "not always": ("always", "sometimes", False, "runs once, sometimes"),
    "it blocks": ("always", "always", True, "runs once; it blocks the event loop"),
    "not always, and it blocks": ("always", "sometimes", True, "runs once, sometimes; it blocks the event loop"),
    "no guard": ("sometimes", "always", False, "runs once; it ran sometimes, now always"),
    "no guard, and it blocks": (
        "sometimes", "always", True, "runs once; it ran sometimes, now always; it blocks the event loop",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OFTEN)
def test_how_often(name: str) -> None:
    before, after, blocks, expected = OFTEN[name]
    was = WAS._replace(runs="1", condition=before)
    now = NOW._replace(runs="1", condition=after, blocks_event_loop=blocks)
    assert phrases.how_often(GROWN._replace(was=was, now=now)) == expected


def test_what_an_op_may_call_instead_is_named() -> None:
    now = NOW._replace(others="gzip.open, lzma.open")
    assert phrases.what(GROWN._replace(now=now)) == f"{GROWN.what} (or gzip.open, lzma.open)"
    assert phrases.what(GROWN) == GROWN.what
    assert phrases.what(GROWN._replace(now=None)) == GROWN.what
    told = check_text(result(FAILS._replace(finding=FAILS.finding._replace(now=now))))
    assert f"{FAILS.finding.what} (or gzip.open, lzma.open) in " in told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (6, []),  # told beside the failure that has its cause
        (7, ["no failure: save: open in shop.g: about 600,000 units, 10% of the load"]),
    ],
)
def test_what_fails_nothing_is_told_once(line: int, told: list[str]) -> None:
    beside = Judged(finding("new", "shop.g open 6000"), "reported", "")
    checked = explained(
        result(FAILS, beside),
        {NOW.id: Evidence(PATH, PATH, CAUSE), beside.finding.id: Evidence((), (), CAUSE._replace(line=line))},
    )
    assert phrases.near_misses(checked) == told
    assert check_text(checked).count("open in shop.g") == 1
