"""What a person reads on a screen: whole outputs."""

from __future__ import annotations

import pytest

from code_path_audit.reports.figures import Told
from code_path_gate.formats.github import annotate
from code_path_gate.formats.json_document import check_json
from code_path_gate.formats.markdown import check_markdown
from code_path_gate.formats.phrases import load_changed, said_of
from code_path_gate.formats.sarif import check_sarif
from code_path_gate.formats.text import SCREEN, _fitting, check_text
from code_path_gate.verdict.evidence import Evidence, Step
from code_path_gate.verdict.policy import ActionVerdict
from code_path_gate.verdict.result import ActionResult, CheckResult
from tests.gate.formats.judged import ACCEPTED_HERE, LOAD, OUTDATED, REPORTED, hostile
from tests.gate.results import FAILS, NOW, explained, failing, result


def test_text_of_a_failing_check() -> None:
    assert (
        check_text(result(FAILS, REPORTED, LOAD))
        == f"""\
code-path-gate: 1 action failing (save); 1 action not affected by the change
FAILS src/shop/app.py:6: shop.app.save -> shop.store.write, now in a loop
    + write(cart)
    save: json.dump in shop.store.write: grown; about 150,000 units -> 6,000,000 units, 100% of the load [op {NOW.id}]
    an expensive op became at least 2 times as heavy
    path shop.app.save (src/shop/app.py:6, loop :5) > shop.store.write? (src/shop/store.py:14)
    likely, not certain: the call in shop.store.write
save: load about 150,000 units -> 6,000,000 units; 1 new
What to do: fix it; or accept one op, or the cause; or admit all that changed:
    code-path-gate refresh --action save --accept {NOW.id} --reason "..." --until YYYY-MM-DD
    # code-path: accept until YYYY-MM-DD: why, at the end of src/shop/app.py:6
    code-path-gate refresh --action save
"""
    )


def test_what_a_failing_cause_made_heavier_besides_is_told_once() -> None:
    """Below the cause, and as what fails nothing by itself."""
    spared = failing(7)._replace(status="reported", why="small beside another")
    plain = result(FAILS, spared)
    evidence = dict.fromkeys(plain.actions[0].evidence, plain.actions[0].evidence[NOW.id])
    lines = check_text(explained(plain, evidence)).splitlines()
    assert [line.strip() for line in lines if "shop.f07" in line] == [
        "save: open in shop.f07: newly expensive; about 100,000 units, 2% of the load; no failure by itself "
        f"[op {spared.finding.id}]"
    ]
    assert any(line.startswith("no failure: save: open in shop.f07") for line in check_text(plain).splitlines())


def test_no_comment_is_asked_for_in_a_template() -> None:
    """What would stand there is text of the page."""
    plain = result(FAILS)
    (name, evidence), *_ = plain.actions[0].evidence.items()
    assert evidence.cause is not None
    of_a_page = evidence._replace(cause=evidence.cause._replace(file="src/shop/templates/cart.html"))
    assert "# code-path: accept" in check_text(plain)
    assert "# code-path: accept" not in check_text(explained(plain, {name: of_a_page}))


def test_text_of_a_clean_check() -> None:
    clean = ActionResult(ActionVerdict("save", (), 10, 10, Told(10, 0), Told(10, 0)), {}, "baselines/save.json")
    assert check_text(CheckResult("the index", "", (clean,), (), (), (), 0)) == "code-path-gate: 1 action clean\n"


LOADS = {
    (Told(10, 0), Told(10, 0)): "",
    (Told(10, 0), Told(25, 0)): "load about 10 units -> 25 units",
    (Told(10, 0), Told(10, 1)): "0 -> 1 op past 3 loops, in no figure",
    (Told(10, 4), Told(20, 2)): "load about 10 units -> 20 units, 4 -> 2 ops past 3 loops, in no figure",
}


@pytest.mark.parametrize(("before", "now"), LOADS)
def test_loads_are_told_without_what_is_past_figures(before: Told, now: Told) -> None:
    action = ActionResult(ActionVerdict("save", (), 10**15, 10**18, before, now), {}, "baselines/save.json")
    assert load_changed(action) == LOADS[before, now]


def test_the_long_form() -> None:
    assert (
        check_text(result(FAILS), explain=True)
        == f"""\
code-path-gate: 1 action failing (save); 1 action not affected by the change
checked: the index

FAILS: save: json.dump in shop.store.write
  kind          grown
  what          An operation that the action reaches became heavier.
  why           an expensive op became at least 2 times as heavy; about 1 -> 40 runs
  op            {NOW.id}
  work          json_io of 1,000 nodes (literal), about 40 times
  before, after about 150,000 units -> 6,000,000 units
  cause         shop.app.save -> shop.store.write, now in a loop (src/shop/app.py:6)
  path          shop.app.save  [loop at line 5]  src/shop/app.py:6
                shop.store.write  [likely call]  src/shop/store.py:14
  path before   shop.app.save  [loop at line 5]  src/shop/app.py:6
                shop.store.write  [likely call]  src/shop/store.py:14
  doubt         likely, not certain: the call in shop.store.write
  to do         Make it lighter, or accept it: code-path-gate refresh --action save --accept {NOW.id} \
--reason "..." --until YYYY-MM-DD

not affected by the change: load
"""
    )


@pytest.mark.parametrize("count", [1, 5, 6, 7, 8, 40, 500])
def test_the_short_form_fits_a_screen(count: int) -> None:
    notes = tuple(f"note {number}" for number in range(count))
    text = check_text(result(*(failing(number) for number in range(count)), notes=notes))
    assert len(text.splitlines()) <= SCREEN
    assert text.count("FAILS ") + sum(int(line.split()[1]) for line in text.splitlines() if " more: " in line) == count


@pytest.mark.parametrize("width", [80, 110, 200])
def test_lines_are_broken_between_whole_names(width: int) -> None:
    text = check_text(result(*(failing(number) for number in range(3)), notes=("a note " * 40,)), width=width)
    # a command is one line, and a name that is longer than a line stays whole
    whole = (" refresh ", "# code-path: ", " path ")
    lines = [line for line in text.splitlines() if not any(word in line for word in whole)]
    assert [line for line in lines if len(line) > width] == []


@pytest.mark.parametrize("width", [80, 110, 200])
def test_lines_of_the_long_form_are_broken_below_what_they_say(width: int) -> None:
    text = check_text(result(FAILS, notes=("a note " * 40,)), explain=True, width=width)
    # a command is one line
    assert [line for line in text.splitlines() if len(line) > width and "    code-path-gate " not in line] == []
    if width == 80:
        assert (
            f"""\
  why           an expensive op became at least 2 times as heavy; about 1 -> 40
                runs
  op            {NOW.id}
"""
            in text
        )
        assert (
            f"""\
  to do         Make it lighter, or accept it:
    code-path-gate refresh --action save --accept {NOW.id} --reason "..." --until YYYY-MM-DD
"""
            in text
        )


def test_a_note_on_several_actions_is_told_once() -> None:
    rows = [(name, "made by others") for name in "abcd"]
    assert said_of([*rows[:2], ("x", "older"), *rows[2:]]) == ["a, b, c and 1 more: made by others", "x: older"]
    assert said_of([]) == []


def test_a_long_path_is_cut_between_its_steps() -> None:
    steps = tuple(Step(f"shop.module.function_{number}", "src/a.py", number, (), "certain") for number in range(20))
    long = explained(result(FAILS), {NOW.id: Evidence(steps)})
    (line,) = [line for line in check_text(long).splitlines() if line.startswith("    path ")]
    assert line == "    path shop.module.function_0 (src/a.py:0) > ... > shop.module.function_19 (src/a.py:19)"


def test_what_a_change_lets_through_comes_first() -> None:
    lines = check_text(result(FAILS, OUTDATED, ACCEPTED_HERE)).splitlines()
    heads = [line.partition(" s")[0] for line in lines if line.startswith(("ACCEPTED", "FAILS", "OUT"))]
    assert heads == ["ACCEPTED HERE", "FAILS", "OUT OF DATE"]


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
    assert [line[:7] for line in outputs["github"].splitlines()] == ["::error", "::notic", "code-pa"]


@pytest.mark.parametrize(("room", "last"), [(2, "and 2 more lines"), (3, "and 1 more line")])
def test_what_does_not_fit_is_counted(room: int, last: str) -> None:
    assert _fitting([["a"], ["b"], ["c", "d"]], room)[-1] == f"{last}: code-path-gate check --explain"
