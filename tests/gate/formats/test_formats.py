"""What people and machines are shown: whole outputs, and limits that GitHub sets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator

from code_path_audit.errors import AuditError
from code_path_gate.formats.github import annotate, error_annotation
from code_path_gate.formats.json_document import check_json
from code_path_gate.formats.markdown import check_markdown
from code_path_gate.formats.sarif import MAX_RESULTS, check_sarif
from code_path_gate.formats.text import SCREEN, check_text
from code_path_gate.measuring.changed_edge import changed_lines
from code_path_gate.verdict.drift import KINDS, Finding
from code_path_gate.verdict.evidence import Evidence, Step
from code_path_gate.verdict.policy import ActionVerdict, Judged
from code_path_gate.verdict.result import ActionResult, CheckResult, rows
from tests.conftest import ROOT
from tests.gate.results import EDGE, FAILS, GROWN, NOW, PATH, explained, failing, finding, result

# the copy of JSON Schema Store, whose licence lies beside it
SCHEMA = Draft7Validator(json.loads((ROOT / "tests" / "data" / "sarif" / "sarif-2.1.0.json").read_text("utf-8")))
REPORTED = Judged(finding("new", "shop.g open 10"), "reported", "")
ACCEPTED_HERE = Judged(
    finding("newly_expensive", "shop.h open 500"), "accepted here", "this change refreshed the baseline"
)
OUTDATED = Judged(finding("newly_expensive", "shop.i open 600"), "outdated", "the baseline was out of date already")
ACCEPTED = Judged(finding("newly_expensive", "shop.j open 700"), "accepted", "accepted: it is needed")
LOAD = Judged(Finding("load_changed", "save", "", "", "", 150_000, 6_000_000), "reported", "")


def test_text_of_a_failing_check() -> None:
    assert (
        check_text(result(FAILS, REPORTED, LOAD))
        == f"""\
code-path-gate: 1 action failing (save); 1 action not affected by the change
FAILS save: json.dump in shop.store.write: grown, 150,000 -> 6,000,000 [op {NOW.id}]
    an expensive op became at least 2 times as heavy; amplification 1 -> 40
    edge shop.app.save -> shop.store.write, now in a loop (src/shop/app.py:6)
    path shop.app.save* > shop.store.write?
    inferred, not proven: the call in shop.store.write
save: load 150,000 -> 6,000,000; 1 new
What to do: fix it; or accept one op; or admit all that changed (* loop, ? inferred call):
    code-path-gate refresh --action save --accept {NOW.id} --reason "..." --until YYYY-MM-DD
    code-path-gate refresh --action save
"""
    )


def test_text_of_a_clean_check() -> None:
    clean = ActionResult(ActionVerdict("save", (), 10, 10), {}, "baselines/save.json")
    assert check_text(CheckResult("the index", "", (clean,), (), (), (), 0)) == "code-path-gate: 1 action clean\n"


def test_the_long_form() -> None:
    assert (
        check_text(result(FAILS), explain=True)
        == f"""\
code-path-gate: 1 action failing (save); 1 action not affected by the change
checked: the index

FAILS: save: json.dump in shop.store.write
  kind          grown
  what          An operation that the action reaches became heavier.
  why           an expensive op became at least 2 times as heavy; amplification 1 -> 40
  op            {NOW.id}
  work          json_io of 1,000 (literal), 40 times
  before, after 150,000 -> 6,000,000
  changed edge  shop.app.save -> shop.store.write, now in a loop (src/shop/app.py:6)
  path          shop.app.save  [loop at line 5]  src/shop/app.py:6
                shop.store.write  [inferred call]  src/shop/store.py:14
  path before   shop.app.save  [loop at line 5]  src/shop/app.py:6
                shop.store.write  [inferred call]  src/shop/store.py:14
  doubt         inferred, not proven: the call in shop.store.write
  to do         Make it lighter, or accept it: code-path-gate refresh --action save --accept {NOW.id} \
--reason "..." --until YYYY-MM-DD

not affected by the change: load
"""
    )


GUESS = "inferred, not proven: the call in shop.store.write"


@pytest.mark.parametrize("form", ["text", "long", "markdown", "github", "sarif", "json"])
def test_every_format_says_that_a_path_has_an_inferred_call(form: str) -> None:
    steps = tuple(step._replace(inferred=False) for step in PATH)
    sure = Evidence(steps, steps, EDGE)
    proven = explained(result(FAILS), {NOW.id: sure})
    texts = {
        "text": check_text,
        "long": lambda checked: check_text(checked, explain=True),
        "markdown": check_markdown,
        "github": annotate,
        "sarif": lambda checked: check_sarif(checked, "1.0.0"),
        "json": check_json,
    }
    said = '"inferred": true' if form == "json" else GUESS
    assert (said in texts[form](result(FAILS)), said in texts[form](proven)) == (True, False)


@pytest.mark.parametrize("count", [1, 5, 6, 7, 8, 40, 500])
def test_the_short_form_fits_a_screen(count: int) -> None:
    notes = tuple(f"note {number}" for number in range(count))
    text = check_text(result(*(failing(number) for number in range(count)), notes=notes))
    assert len(text.splitlines()) <= SCREEN
    assert text.count("FAILS ") + sum(int(line.split()[1]) for line in text.splitlines() if " more: " in line) == count


def test_a_long_path_is_cut_between_its_steps() -> None:
    steps = tuple(Step(f"shop.module.function_{number}", "src/a.py", number, (), False) for number in range(20))
    long = explained(result(FAILS), {NOW.id: Evidence(steps)})
    (line,) = [line for line in check_text(long).splitlines() if line.startswith("    path ")]
    kept = " > ".join(f"shop.module.function_{number}" for number in range(15, 20))
    assert line == f"    path shop.module.function_0 > ... > {kept}"


def test_what_a_change_lets_through_comes_first() -> None:
    lines = check_text(result(FAILS, OUTDATED, ACCEPTED_HERE)).splitlines()
    heads = [line.split(" save:")[0] for line in lines if " save: " in line and not line.startswith(" ")]
    assert heads == ["ACCEPTED HERE", "FAILS", "OUT OF DATE"]


HOSTILE = "f\x1b[2J\n::error::x<script>`|*\u202e"


def hostile() -> CheckResult:
    row = GROWN._replace(function=HOSTILE, what=HOSTILE)
    steps = (Step(HOSTILE, f"src/{HOSTILE}.py", 1, (), False),)
    verdict = ActionVerdict("save", (Judged(row, "fails", "why"),), 1, 2)
    actions = (ActionResult(verdict, {row.id: Evidence(steps)}, "b.json"),)
    return CheckResult("s", "", actions, rows(actions), (), (HOSTILE,), 1)


def test_names_from_a_hostile_repository_stay_text() -> None:
    outputs = {
        "text": check_text(hostile()),
        "long": check_text(hostile(), explain=True),
        "markdown": check_markdown(hostile()),
        "github": annotate(hostile()),
        "sarif": check_sarif(hostile(), "1.0.0"),
        "json": check_json(hostile()),
    }
    for name, text in outputs.items():
        assert "\x1b" not in text, name
        assert "\u202e" not in text, name
        assert not any(line.startswith("::error::x") for line in text.splitlines()), name
    assert [line[:7] for line in outputs["github"].splitlines()] == ["::error", "code-pa"]


def test_markdown_escapes_what_would_be_markup() -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").render(check_markdown(hostile()))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_annotations() -> None:
    text = annotate(result(FAILS, prefix="project/"))
    assert text == (
        "::error file=project/src/shop/app.py,line=6,title=grown::save: json.dump in shop.store.write: grown, "
        "150,000 -> 6,000,000. an expensive op became at least 2 times as heavy.%0Aamplification 1 -> 40%0A"
        "Changed edge: shop.app.save -> shop.store.write, now in a loop.%0A"
        "Path (* loop, ? inferred call): shop.app.save* > shop.store.write?%0A"
        "inferred, not proven: the call in shop.store.write%0A"
        f"Make it lighter, or accept it: code-path-gate refresh --action save --accept {NOW.id} "
        '--reason "..." --until YYYY-MM-DD\n'
        "code-path-gate: 1 action failing (save); 1 action not affected by the change\n"
    )


@pytest.mark.parametrize(("count", "shown", "last"), [(10, 10, ""), (11, 10, "2 more"), (100, 10, "91 more")])
def test_ten_annotations_of_a_level_the_heaviest_first(count: int, shown: int, last: str) -> None:
    lines = annotate(result(*(failing(number) for number in range(count)))).splitlines()[:-1]
    assert len(lines) == shown
    assert f"shop.f{count - 1:02}" in lines[0]
    assert last in lines[-1]


def test_an_error_of_the_command_as_an_annotation() -> None:
    error = AuditError("slug", "100% wrong", "a,b:1", "Do it.")
    assert error_annotation(error) == "::error title=code-path-gate%3A slug::100%25 wrong (a,b:1). Do it. [slug]\n"


def test_the_step_summary_keeps_to_its_size() -> None:
    many = result(*(failing(number) for number in range(2000)))
    text = check_markdown(many, limit=20_000)
    assert len(text.encode()) <= 20_000
    shown = text.count("#### ")
    assert f"... and {2000 - shown} more." in text


def test_markdown() -> None:
    assert (
        check_markdown(result(FAILS, LOAD))
        == f"""\
## Code path gate: an action became more expensive

1 action failing (save); 1 action not affected by the change.

### Failing

#### `save: json.dump in shop.store.write`

- **grown**: 150,000 -> 6,000,000. an expensive op became at least 2 times as heavy
- amplification 1 -\\> 40
- json\\_io of 1,000 (literal), 40 times; op `{NOW.id}`
- changed edge: `shop.app.save -> shop.store.write, now in a loop` at `src/shop/app.py:6`
- Make it lighter, or accept it: `code-path-gate refresh --action save --accept {NOW.id} --reason "..." \
--until YYYY-MM-DD`
- inferred, not proven: the call in shop.store.write
- path:
  1. `shop.app.save  [loop at line 5]` `src/shop/app.py:6`
  2. `shop.store.write  [inferred call]` `src/shop/store.py:14`

### Also

- save: load 150,000 -\\> 6,000,000
"""
    )


def test_json_has_every_finding() -> None:
    document = json.loads(check_json(result(FAILS, OUTDATED, ACCEPTED_HERE, REPORTED, LOAD)))
    assert [(row["status"], row["kind"]) for row in document["findings"]] == [
        ("accepted here", "newly_expensive"),
        ("fails", "grown"),
        ("outdated", "newly_expensive"),
        ("reported", "new"),
        ("reported", "load_changed"),
    ]
    assert (document["exit_code"], document["not_affected"]) == (1, ["load"])
    assert document["findings"][1]["edge"]["line"] == 6


def sarif(checked: CheckResult) -> dict[str, Any]:
    (run,) = json.loads(check_sarif(checked, "1.2.3"))["runs"]
    return run  # type: ignore[no-any-return]


SARIF = {
    "nothing found": result(code=0),
    "one of every status": result(FAILS, OUTDATED, ACCEPTED_HERE, ACCEPTED, REPORTED, LOAD, prefix="project/"),
    "names of a hostile repository": hostile(),
    "a failing budget": result(Judged(LOAD.finding, "fails", "over the budget")),
    "odd paths": result(FAILS, prefix="über all/100%/a:b#c?d/"),
    "more than code scanning takes": result(*(failing(number) for number in range(MAX_RESULTS + 1))),
}


@pytest.mark.parametrize("name", SARIF)
def test_sarif_is_valid_against_its_schema(name: str) -> None:
    text = check_sarif(SARIF[name], "1.2.3")
    assert [error.message for error in SCHEMA.iter_errors(json.loads(text))] == []
    (run,) = json.loads(text)["runs"]
    assert len(run["results"]) <= MAX_RESULTS
    for row in run["results"]:
        uri = row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not set(uri) & set(" :#?") and uri.isascii()


def test_the_schema_refuses_what_is_no_sarif() -> None:
    document = json.loads(check_sarif(result(FAILS), "1.2.3"))
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert not SCHEMA.is_valid(document)


def test_sarif_has_what_code_scanning_requires() -> None:
    run = sarif(result(FAILS, OUTDATED, ACCEPTED_HERE, REPORTED, prefix="project/"))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("code-path-gate", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == list(KINDS)
    for rule in driver["rules"]:
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert [row["level"] for row in run["results"]] == ["error", "warning", "note"]
    first = run["results"][0]
    assert driver["rules"][first["ruleIndex"]]["id"] == first["ruleId"]
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "project/src/shop/app.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 6},
            }
        }
    ]
    steps = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps] == [6, 14]
    assert [row["id"] for row in first["relatedLocations"]] == [0, 1]
    for row in run["results"]:
        assert row["message"]["text"]
        assert set(row["partialFingerprints"]) == {"codePathOp/v1", "primaryLocationLineHash"}
        assert len(row["locations"]) == 1


def test_a_fingerprint_does_not_depend_on_lines_or_weights() -> None:
    heavier = Judged(GROWN._replace(after=7_000_000), "fails", "why")
    one, other = (sarif(result(row))["results"][0]["partialFingerprints"] for row in (FAILS, heavier))
    assert one == other


def test_a_finding_without_a_place_is_shown_at_the_baseline() -> None:
    over = Judged(LOAD.finding, "fails", "over the budget")
    (row,) = sarif(result(over))["results"]
    assert row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "baselines/save.json"


LINES = {
    "nothing": (b"a\nb\n", b"a\nb\n", set()),
    "one line": (b"a\nb\nc\n", b"a\nx\nc\n", {2}),
    "a line put in": (b"a\nc\n", b"a\nb\nc\n", {2}),
    "a line taken out": (b"a\nb\nc\n", b"a\nc\n", set()),
    "two places": (b"a\nb\nc\nd\n", b"x\nb\nc\ny\n", {1, 4}),
    "a new file": (b"", b"a\nb\n", {1, 2}),
    "repeated lines": (b"x\nx\n", b"x\nx\nx\n", {3}),
    "a file too large to compare": (b"", b"\n".join(b"%d" % n for n in range(6000)), set(range(1, 6001))),
}


@pytest.mark.parametrize("name", LINES)
def test_changed_lines(name: str) -> None:
    before, after, expected = LINES[name]
    assert changed_lines(before, after) == expected
