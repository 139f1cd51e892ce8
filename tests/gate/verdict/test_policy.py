"""The verdict: a row is what the baseline holds, what is there now, the policy, and what becomes of each finding."""

from __future__ import annotations

import datetime
from typing import NamedTuple

import pytest

from code_path_gate.baseline.model import Acceptance, Baseline, CostRow
from code_path_gate.verdict.policy import (
    ANALYSIS_DIFFERS,
    CONSTANTS_DIFFER,
    EARLIER,
    UNEXPLAINED,
    Policy,
    Side,
    exit_code,
    judge,
    judge_unknown,
    with_causes,
)
from tests.gate.rows import THRESHOLD, baseline, calls, op

TODAY = datetime.date(2026, 6, 15)
DEFAULT = Policy(THRESHOLD)
PER_KIND = "distinct kind"
LIGHT, HEAVY, HEAVIER = op("f json.load 10"), op("f json.load 1000"), op("f json.load 1000 x2")


def accepting(one: Baseline, *accepted: Acceptance) -> Baseline:
    return one._replace(accepted=accepted)


def agreed(text: str = "f json.load 1000", until: str = "", reason: str = "needed", fault: str = "") -> Acceptance:
    return Acceptance(op(text), reason, until, fault)


def connecting(weight: int, loop: str) -> Baseline:
    """A request that is made twice, by a session (30) or with a connection of its own each time (40)."""
    made = op(f"f requests.get 0 x2 {loop}")._replace(weight=weight)
    return baseline(made)._replace(costs=(CostRow("network", 20, 10, 0), CostRow("network.connection", 20, 20, 0)))


def asking_once(weight: int) -> Baseline:
    """One request by a session that was there before (11), or with a connection of its own (20)."""
    rows = [CostRow("network", 20, 10, 0), CostRow("network.connection", 20, 20, 0)]
    made = op("f requests.get 0")._replace(weight=weight)
    return baseline(made)._replace(costs=(*rows, CostRow("network.kept_connection", 11, 11, 0)))


class Row(NamedTuple):
    before: Baseline
    after: Baseline
    expected: list[str]
    code: int
    policy: Policy = DEFAULT
    base: Side | None = None
    graph: str = "main>f, main>g"


ROWS = {
    "what runs rarely fails nothing": Row(
        baseline(LIGHT),
        baseline(HEAVY._replace(condition="rarely")),
        ["reported newly_expensive", "reported load_changed"],
        0,
    ),
    "nor where it grows": Row(
        baseline(HEAVY),
        baseline(HEAVIER._replace(condition="rarely")),
        ["reported grown", "reported load_changed"],
        0,
    ),
    "unless the configuration says so": Row(
        baseline(LIGHT),
        baseline(HEAVY._replace(condition="rarely")),
        ["fails newly_expensive", "reported load_changed"],
        1,
        DEFAULT._replace(fail=("newly_expensive",)),
    ),
    "a guard of an expensive op that is gone fails": Row(
        baseline(HEAVY._replace(condition="sometimes")),
        baseline(HEAVY._replace(condition="always")),
        ["fails grown"],
        1,
    ),
    "so does what ran where something went wrong, and runs on a condition now": Row(
        baseline(HEAVY._replace(condition="rarely")),
        baseline(HEAVY._replace(condition="sometimes")),
        ["fails grown"],
        1,
    ),
    "a guard of a light op that is gone is told": Row(
        baseline(LIGHT._replace(condition="sometimes")),
        baseline(LIGHT._replace(condition="always")),
        ["reported grown"],
        0,
    ),
    "a cache that is given an argument fails": Row(
        baseline(HEAVY._replace(runs="1")),
        baseline(HEAVY._replace(runs=PER_KIND)),
        ["fails grown"],
        1,
    ),
    "what is kept once, and by objects of which nobody knows the number where a call is likely": Row(
        baseline(HEAVY._replace(runs="kept here: 1")),
        baseline(HEAVY._replace(runs="kept here: distinct shop", evidence="likely")),
        ["reported grown"],
        0,
    ),
    "the same, where every call is certain": Row(
        baseline(HEAVY._replace(runs="kept here: 1")),
        baseline(HEAVY._replace(runs="kept here: distinct shop", evidence="certain")),
        ["fails grown"],
        1,
    ),
    "so does one that is given one more": Row(
        baseline(HEAVY._replace(runs=PER_KIND)),
        baseline(HEAVY._replace(runs=PER_KIND.replace("kind", "kind and name"))),
        ["fails grown"],
        1,
    ),
    "a cache that is given another is no finding": Row(
        baseline(HEAVY._replace(runs=PER_KIND)), baseline(HEAVY._replace(runs=PER_KIND.replace("kind", "name"))), [], 0
    ),
    "a cache in place of a loop is none either": Row(
        baseline(op("f json.load 1000 loop")._replace(runs="order")),
        baseline(HEAVY._replace(runs=PER_KIND)),
        [],
        0,
    ),
    "a guard that is new is no finding": Row(
        baseline(HEAVY._replace(condition="always")), baseline(HEAVY._replace(condition="sometimes")), [], 0
    ),
    "a connection for each round of a loop fails, though two rounds are not twice as heavy": Row(
        connecting(30, "loop"),
        connecting(40, "loop"),
        ["fails grown", "reported load_changed"],
        1,
        DEFAULT._replace(threshold=25),
    ),
    "a connection for each of two calls does not": Row(
        connecting(30, ""),
        connecting(40, ""),
        ["reported grown", "reported load_changed"],
        0,
        DEFAULT._replace(threshold=25),
    ),
    "a connection where a session of the process kept one fails, though it is not quite twice as heavy": Row(
        asking_once(11), asking_once(20), ["fails grown", "reported load_changed"], 1, DEFAULT._replace(threshold=5)
    ),
    "nothing changed": Row(baseline(HEAVY), baseline(HEAVY), [], 0),
    "newly expensive fails": Row(
        baseline(LIGHT), baseline(HEAVY), ["fails newly_expensive", "reported load_changed"], 1
    ),
    "an expensive op twice as heavy fails": Row(
        baseline(HEAVY), baseline(HEAVIER), ["fails grown", "reported load_changed"], 1
    ),
    "an expensive op less than twice as heavy does not": Row(
        baseline(HEAVY), baseline(op("f json.load 1999")), ["reported grown", "reported load_changed"], 0
    ),
    "a light op twice as heavy does not": Row(
        baseline(LIGHT), baseline(op("f json.load 20")), ["reported grown", "reported load_changed"], 0
    ),
    # where a repeated start is cheaper than the first
    "an expensive op that runs twice as often fails": Row(
        baseline(HEAVY), baseline(HEAVIER._replace(weight=160_000)), ["fails grown", "reported load_changed"], 1
    ),
    "an accepted op that runs twice as often fails": Row(
        accepting(baseline(), agreed()),
        baseline(HEAVIER._replace(weight=160_000)),
        ["fails newly_expensive", "reported load_changed"],
        1,
    ),
    "an expensive op in a loop of unknown bound fails": Row(
        baseline(HEAVY), baseline(op("f json.load 1000 loop")), ["fails grown"], 1
    ),
    "also where the loop, of which a round after the first costs little, is assumed to weigh little": Row(
        baseline(HEAVY),
        baseline(op("f json.load 600 x2 loop")),
        ["fails grown", "reported load_changed"],
        1,
    ),
    "an expensive op in one more loop of unknown bound fails": Row(
        baseline(op("f json.load 1000 loop")), baseline(op("f json.load 1000 loop loop")), ["fails grown"], 1
    ),
    "new and light is reported": Row(baseline(), baseline(LIGHT), ["reported new", "reported load_changed"], 0),
    "any kind can be made to fail": Row(
        baseline(), baseline(LIGHT), ["fails new", "reported load_changed"], 1, DEFAULT._replace(fail=("new",))
    ),
    "over the budget, though nothing changed": Row(
        baseline(LIGHT), baseline(LIGHT), ["fails load_changed"], 1, DEFAULT._replace(max_load=1000)
    ),
    "within the budget": Row(
        baseline(LIGHT), baseline(LIGHT), ["reported load_changed"], 0, DEFAULT._replace(max_load=1500)
    ),
    "grown by more than the budget": Row(
        baseline(LIGHT),
        baseline(op("f json.load 12")),
        ["fails load_changed", "reported grown"],
        1,
        DEFAULT._replace(max_growth=0.1),
    ),
    "grown within the budget": Row(
        baseline(LIGHT),
        baseline(op("f json.load 12")),
        ["reported grown", "reported load_changed"],
        0,
        DEFAULT._replace(max_growth=0.2),
    ),
    "stale is reported": Row(baseline(HEAVY), baseline(), ["reported gone", "reported load_changed"], 0),
    "stale under --strict": Row(
        baseline(HEAVY), baseline(), ["outdated gone", "reported load_changed"], 3, DEFAULT._replace(strict=True)
    ),
    "accepted for ever": Row(
        accepting(baseline(), agreed()),
        baseline(HEAVY),
        ["accepted newly_expensive", "reported load_changed"],
        0,
    ),
    "accepted until today": Row(
        accepting(baseline(), agreed(until="2026-06-15")),
        baseline(HEAVY),
        ["accepted newly_expensive", "reported load_changed"],
        0,
    ),
    "accepted until yesterday": Row(
        accepting(baseline(), agreed(until="2026-06-14")),
        baseline(HEAVY),
        ["fails newly_expensive", "reported load_changed"],
        1,
    ),
    "accepted until a day that is none": Row(
        accepting(baseline(), agreed(until="next week")),
        baseline(HEAVY),
        ["fails newly_expensive", "reported load_changed"],
        1,
    ),
    "accepted without a reason": Row(
        accepting(baseline(), agreed(reason=" ")),
        baseline(HEAVY),
        ["fails newly_expensive", "reported load_changed"],
        1,
    ),
    "a malformed acceptance": Row(
        accepting(baseline(), agreed(fault="unknown keys: who")),
        baseline(HEAVY),
        ["fails newly_expensive", "reported load_changed"],
        1,
    ),
    "the acceptance of another op": Row(
        accepting(baseline(), agreed("g json.load 1000")),
        baseline(HEAVY),
        ["fails newly_expensive", "reported load_changed"],
        1,
    ),
    "an accepted op became twice as heavy": Row(
        accepting(baseline(), agreed()),
        baseline(HEAVIER),
        ["fails newly_expensive", "reported load_changed"],
        1,
    ),
    "an accepted op became a little heavier": Row(
        accepting(baseline(), agreed()),
        baseline(op("f json.load 1100")),
        ["accepted newly_expensive", "reported load_changed"],
        0,
    ),
    "an accepted op moved into a loop of unknown bound": Row(
        accepting(baseline(), agreed()),
        baseline(op("f json.load 1000 loop")),
        ["fails newly_expensive", "reported load_changed"],
        1,
    ),
    "an accepted op whose function was renamed": Row(
        accepting(baseline(), agreed()),
        baseline(op("m.f json.load 1000", "body of f")),
        ["accepted newly_expensive", "reported load_changed"],
        0,
        graph="main>m.f",
    ),
    "accepted growth counts towards no budget": Row(
        accepting(baseline(LIGHT), agreed("f open 1000")),
        baseline(LIGHT, op("f open 1000")),
        ["accepted newly_expensive", "reported load_changed"],
        0,
        DEFAULT._replace(max_growth=0.0),
    ),
    # three ways: what the change started from says whose doing a difference is
    "this change did it": Row(
        baseline(LIGHT),
        baseline(HEAVY),
        ["fails newly_expensive", "reported load_changed"],
        1,
        base=Side(baseline(LIGHT), baseline(LIGHT)),
    ),
    "it was so before the change": Row(
        baseline(LIGHT),
        baseline(HEAVY),
        ["outdated newly_expensive", "reported load_changed"],
        3,
        base=Side(baseline(LIGHT), baseline(HEAVY)),
    ),
    "half of the growth is this change's": Row(
        baseline(op("f json.load 1000")),
        baseline(op("f json.load 2250")),
        ["fails grown", "reported load_changed"],
        1,
        base=Side(baseline(op("f json.load 1000")), baseline(op("f json.load 1500"))),
    ),
    "an older analysis found less, and this change did nothing": Row(
        baseline()._replace(analysis=2),
        baseline(HEAVY),
        ["outdated newly_expensive", "reported load_changed"],
        3,
        base=Side(baseline()._replace(analysis=2), baseline(HEAVY)),
    ),
    "an older analysis found less, and this change did it all the same": Row(
        baseline()._replace(analysis=2),
        baseline(HEAVY),
        ["fails newly_expensive", "reported load_changed"],
        1,
        base=Side(baseline()._replace(analysis=2), baseline()),
    ),
    "an older analysis, and nothing is known of the state before": Row(
        baseline()._replace(analysis=2), baseline(HEAVY), ["outdated newly_expensive", "reported load_changed"], 3
    ),
    "another cost model": Row(
        baseline()._replace(costs=()), baseline(HEAVY), ["outdated newly_expensive", "reported load_changed"], 3
    ),
    "this change refreshed the baseline": Row(
        baseline(HEAVY), baseline(HEAVY), ["accepted here newly_expensive"], 0, base=Side(baseline(), baseline())
    ),
    "this change made an acceptance": Row(
        accepting(baseline(), agreed()),
        baseline(HEAVY),
        ["accepted here newly_expensive", "reported load_changed"],
        0,
        base=Side(baseline(), baseline()),
    ),
    "an acceptance of earlier": Row(
        accepting(baseline(), agreed()),
        baseline(HEAVY),
        ["accepted newly_expensive", "reported load_changed"],
        0,
        base=Side(accepting(baseline(), agreed()), baseline()),
    ),
    "the first baseline of an action lists all that it lets through": Row(
        baseline(HEAVY), baseline(HEAVY), ["accepted here newly_expensive"], 0, base=Side(None, baseline())
    ),
    "a baseline that knew the op before it came back": Row(
        baseline(HEAVY), baseline(HEAVY), [], 0, base=Side(baseline(HEAVY), baseline())
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_verdict(name: str) -> None:
    row = ROWS[name]
    verdict = judge(row.before, row.after, calls(row.graph), row.policy, TODAY, row.base)
    assert [f"{judged.status} {judged.finding.kind}" for judged in verdict.judged] == row.expected
    assert exit_code([verdict]) == row.code


def test_no_baseline_is_no_pass() -> None:
    verdict = judge_unknown(baseline(LIGHT), DEFAULT)
    (row,) = verdict.judged
    assert (row.status, row.why) == ("outdated", "there is no baseline for this action; ops above the threshold: 0")
    assert exit_code([verdict]) == 3


def test_drift_outranks_an_outdated_baseline() -> None:
    failing = judge(baseline(), baseline(HEAVY), calls("f"), DEFAULT, TODAY)
    missing = judge_unknown(baseline(), DEFAULT)
    assert exit_code([missing, failing]) == 1


def test_why_an_outdated_baseline_is() -> None:
    graph = calls("f")
    earlier = judge(baseline(), baseline(HEAVY), graph, DEFAULT, TODAY, Side(None, baseline(HEAVY)))
    assert earlier.judged[0].why == EARLIER
    for old, why in (
        (baseline()._replace(analysis=2), ANALYSIS_DIFFERS),
        (baseline()._replace(costs=()), CONSTANTS_DIFFER),
        (
            baseline()._replace(costs=(), model="mine"),
            "the baseline was weighed by the cost model 'mine', now it is 'heuristic'",
        ),
    ):
        verdict = judge(old, baseline(HEAVY), graph, DEFAULT, TODAY)
        assert (verdict.judged[0].status, verdict.judged[0].why, verdict.notes) == ("outdated", why, ())
        # what fails nothing is no reason to refresh at once, but to know it
        verdict = judge(old, baseline(), graph, DEFAULT, TODAY)
        assert (exit_code([verdict]), verdict.notes) == (0, (why,))


def test_a_void_acceptance_is_named() -> None:
    before = accepting(baseline(), agreed(until="2026-06-14"))
    verdict = judge(before, baseline(HEAVY), calls("f"), DEFAULT, TODAY)
    assert verdict.notes == (f"the acceptance of {HEAVY.id} counts as none: it expired on 2026-06-14",)


@pytest.mark.parametrize(("strict", "status", "code"), [(False, "unexplained", 0), (True, "outdated", 3)])
def test_what_has_no_cause_in_the_change(strict: bool, status: str, code: int) -> None:
    policy = DEFAULT._replace(strict=strict)
    verdict = judge(baseline(LIGHT), baseline(HEAVY, op("g open 1000")), calls("main>f, main>g"), policy, TODAY)
    failing = [row.finding.key for row in verdict.judged if row.status == "fails"]
    assert len(failing) == 2
    assert with_causes(verdict, failing, policy) == verdict
    one = with_causes(verdict, failing[:1], policy)
    assert [(row.finding.key, row.status) for row in one.judged[:2]] == [(failing[0], "fails"), (failing[1], status)]
    none = with_causes(verdict, [], policy)
    assert {row.why for row in none.judged if row.status == status} == {UNEXPLAINED}
    assert (exit_code([one]), exit_code([none])) == (1, code)
