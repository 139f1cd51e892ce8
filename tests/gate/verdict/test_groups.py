"""Findings by their causes: what stands together, and in which order."""

from __future__ import annotations

from code_path_gate.verdict.evidence import Cause, Evidence, Step
from code_path_gate.verdict.groups import groups
from code_path_gate.verdict.policy import Judged
from code_path_gate.verdict.result import Row
from tests.gate.results import finding

HERE, THERE = (Cause("f", "g", "a.py", line, "a new call") for line in (3, 9))


def row(text: str, cause: Cause | None, action: str = "save", runs: str = "1", path: tuple[str, ...] = ()) -> Row:
    found = finding("newly_expensive", text)
    assert found.now is not None
    found = found._replace(action=action, now=found.now._replace(runs=runs))
    steps = tuple(Step(name, "a.py", 1, (), "certain") for name in path)
    return Row(action, Judged(found, "fails", "why"), Evidence(steps, (), cause), "b.json")


def told(*rows: Row) -> list[tuple[int, list[str]]]:
    return [
        (
            group.cause.line if group.cause else 0,
            [f"{','.join(e.actions)} {e.row.judged.finding.function}" for e in group.entries],
        )
        for group in groups(rows, "fails")
    ]


def test_one_cause_is_told_once_with_all_that_it_makes_heavier() -> None:
    assert told(row("f open 1000", HERE), row("g open 2000", HERE), row("h open 1500", THERE)) == [
        (3, ["save g", "save f"]),
        (9, ["save h"]),
    ]


def test_what_fails_nothing_by_itself_is_told_with_its_cause() -> None:
    small, other = row("small open 9000", HERE), row("other open 9000", THERE)
    reported = [each._replace(judged=each.judged._replace(status="reported")) for each in (small, other)]
    assert told(row("f open 1000", HERE), *reported) == [(3, ["save small", "save f"])]
    (group,) = groups([row("f open 1000", HERE), *reported], "fails")
    assert group.head.judged.finding.function == "f"


def test_an_op_in_two_actions_is_told_once() -> None:
    assert told(row("f open 1000", HERE), row("f open 1000", HERE, "load")) == [(3, ["load,save f"])]


def test_without_a_cause_each_stands_alone() -> None:
    assert told(row("f open 1000", None), row("g open 2000", None)) == [(0, ["save g"]), (0, ["save f"])]


def test_the_gravest_is_what_is_felt() -> None:
    """How deep in loops, then on which condition, then how much; the end of an object is never above its cause."""
    deep = row("deep open 500", HERE, runs="order * line")
    rare = row("rare open 9000", HERE, runs="order")
    assert rare.judged.finding.now is not None
    now = rare.judged.finding.now._replace(condition="sometimes")
    rare = rare._replace(judged=rare.judged._replace(finding=rare.judged.finding._replace(now=now)))
    looped = row("looped open 600", HERE, runs="order")
    end = row("end open 9000", HERE, runs="a * b * c", path=("f", "shop.Temp.__del__"))
    once = row("once open 9000", HERE)
    assert told(end, once, rare, looped, deep) == [
        (3, ["save deep", "save looped", "save rare", "save once", "save end"])
    ]


def test_what_runs_more_often_in_the_loops_of_before_is_felt_by_how_much_more() -> None:
    grown = row("grown open 500", HERE, runs="2 * a * b * c")
    now = grown.judged.finding.now
    assert now is not None
    before = now._replace(runs="a * b * c")
    grown = grown._replace(judged=grown.judged._replace(finding=grown.judged.finding._replace(was=before)))
    assert told(grown, row("new open 400", HERE, runs="order")) == [(3, ["save new", "save grown"])]
