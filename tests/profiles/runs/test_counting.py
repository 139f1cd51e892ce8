"""Runs of functions over plans that are made by hand; each row says how its terms come about."""

from __future__ import annotations

import random
from itertools import product as every

import pytest

from code_path_audit.profiles.runs.counting import count
from code_path_audit.profiles.runs.graph import depths_from
from code_path_audit.profiles.runs.model import Arm, Around, Call, Plan
from code_path_audit.profiles.runs.terms import NEVER, LoopName, Runs, Term, evaluated


def over(function: str, number: int, name: str) -> Around:
    return Around((function, number), 1, LoopName("loop", name))


def times(function: str, number: int, rounds: int) -> Around:
    return Around((function, number), rounds, None)


def term(count: int, *names: str, cycle: str = "") -> Term:
    loops = [LoopName("loop", name) for name in names] + [LoopName("cycle", cycle)] * bool(cycle)
    return Term(tuple(sorted(loops)), count)


ORDERS, LINES, FIVE, THREE = over("main", 0, "order"), over("a", 0, "line"), times("main", 1, 5), times("a", 1, 3)
ONE = (term(1),)

PLANS: dict[str, tuple[Plan, Runs]] = {
    "the entry runs once": (Plan(("t",), ()), ONE),
    "what nothing calls never runs": (Plan(("main",), ()), NEVER),
    "two entries, each once": (Plan(("main", "t"), (Call("main", "t"),)), (term(2),)),
    "two call sites are two runs": (Plan(("main",), (Call("main", "t"), Call("main", "t"))), (term(2),)),
    "two callers are two runs": (
        Plan(("main",), (Call("main", "a"), Call("main", "b"), Call("a", "t"), Call("b", "t"))), (term(2),),
    ),
    # main: for order: a(); a: for line: t()
    "loops multiply along a path": (
        Plan(("main",), (Call("main", "a", (ORDERS,)), Call("a", "t", (LINES,)))), (term(1, "line", "order"),),
    ),
    "known bounds are numbers": (
        Plan(("main",), (Call("main", "a", (FIVE,)), Call("a", "t", (THREE,)))), (term(15),),
    ),
    "a loop that is known to run 0 times counts as 1": (
        Plan(("main",), (Call("main", "t", (times("main", 0, 0),)),)), ONE,
    ),
    "paths add up": (
        Plan(("main",), (Call("main", "t"), Call("main", "a", (ORDERS,)), Call("a", "t", (THREE,)), Call("a", "t"))),
        (term(4, "order"), term(1)),
    ),
    # if: t() else: t()
    "the arms of a branch count as one": (
        Plan(("main",), (Call("main", "t", arm=0), Call("main", "t", arm=1)), {"main": (Arm(-1, 0), Arm(-1, 0))}), ONE,
    ),
    "two branches are two": (
        Plan(("main",), (Call("main", "t", arm=0), Call("main", "t", arm=1)), {"main": (Arm(-1, 0), Arm(-1, 1))}),
        (term(2),),
    ),
    # if: a() else: b(), and both call t
    "the arms of a branch count as one, whatever they call": (
        Plan(
            ("main",), (Call("main", "a", arm=0), Call("main", "b", arm=1), Call("a", "t"), Call("b", "t")),
            {"main": (Arm(-1, 0), Arm(-1, 0))},
        ), ONE,
    ),
    # if: for order: t() else: t(); t()
    "the dearer arm counts": (
        Plan(
            ("main",), (Call("main", "t", (ORDERS,), 0), Call("main", "t", arm=1)),
            {"main": (Arm(-1, 0), Arm(-1, 0))},
        ), (term(1, "order"),),
    ),
    # t(); if: (if: t() else: t(); t()) else: t()
    "branches in branches": (
        Plan(
            ("main",),
            (Call("main", "t"), Call("main", "t", arm=1), Call("main", "t", arm=2), Call("main", "t", arm=2),
             Call("main", "t", arm=3)),
            {"main": (Arm(-1, 0), Arm(0, 1), Arm(0, 1), Arm(-1, 0))},
        ), (term(3),),
    ),
    "recursion is a loop, named for its function": (
        Plan(("main",), (Call("main", "t"), Call("t", "t"))), (term(1, cycle="t"),),
    ),
    # main -> visit -> (for child:) step -> visit; step -> t
    "a loop in a cycle counts once": (
        Plan(
            ("main",),
            (Call("main", "visit"), Call("visit", "step", (over("visit", 0, "child"),)), Call("step", "visit"),
             Call("step", "t")),
        ), (term(1, "child", cycle="visit"),),
    ),
    "two calls in one loop of a cycle: the loop counts once": (
        Plan(
            ("main",),
            (Call("main", "t"), Call("t", "t", (over("t", 0, "child"),)), Call("t", "t", (over("t", 0, "child"),))),
        ), (term(1, "child", cycle="t"),),
    ),
    "a loop into a cycle counts": (
        Plan(("main",), (Call("main", "t", (FIVE,)), Call("t", "t"))), (term(5, cycle="t"),),
    ),
    "a likely call closes no cycle": (
        Plan(("main",), (Call("main", "a"), Call("a", "t"), Call("t", "a", certain=False))), ONE,
    ),
    # the middleware whose next one may be any: each of its requests goes on once
    "a likely call of itself closes no cycle": (
        Plan(("main",), (Call("main", "t", (FIVE,)), Call("t", "t", (LINES,), certain=False))), (term(5),),
    ),
    "a likely call on a certain cycle changes nothing": (
        Plan(("main",), (Call("main", "t"), Call("t", "t"), Call("t", "t", certain=False))), (term(1, cycle="t"),),
    ),
    # b is called by a handler, too, which counts where nothing else leads to t: it is no reason to have b before a
    "what is not reached enters no cycle": (
        Plan(
            ("main",),
            (Call("main", "a"), Call("a", "b", certain=False), Call("b", "a"), Call("b", "b"), Call("b", "t"),
             Call("main", "handler", rare=True), Call("handler", "b")),
        ), (term(1, cycle="b"),),
    ),
    "a likely call counts otherwise": (
        Plan(("main",), (Call("main", "t"), Call("main", "t", certain=False))), (term(2),),
    ),
    "a kept function runs as often as it is kept": (
        Plan(("main",), (Call("main", "a", (ORDERS,)), Call("main", "a"), Call("a", "t")), kept={"a": ONE}), ONE,
    ),
    "a loop inside of a kept function counts": (
        Plan(("main",), (Call("main", "a", (ORDERS,)), Call("a", "t", (LINES,))), kept={"a": (term(2),)}),
        (term(2, "line"),),
    ),
    "a kept function that calls itself is no cycle": (
        Plan(("main",), (Call("main", "t"), Call("t", "t")), kept={"t": (Term((LoopName("distinct", "n"),), 1),)}),
        (Term((LoopName("distinct", "n"),), 1),),
    ),
    # for order: if self.x is None: self.x = t()
    "a kept call runs as often as it is kept": (
        Plan(("main",), (Call("main", "a", (ORDERS,)), Call("a", "t", kept=ONE))), ONE,
    ),
    "what is called elsewhere too is added to what is kept": (
        Plan(("main",), (Call("main", "t", (ORDERS,), kept=(term(1),)), Call("main", "t"))),
        (term(1, "order"), term(1)),
    ),
    "what runs only where something went wrong does not count": (
        Plan(("main",), (Call("main", "t"), Call("main", "t", (ORDERS,), rare=True))), ONE,
    ),
    "but where nothing else leads there it does": (
        Plan(("main",), (Call("main", "a", (ORDERS,), rare=True), Call("a", "t"))), (term(1, "order"),),
    ),
}  # fmt: skip


def evaluated_at_ten(*calls: Call) -> int:
    return evaluated(count(Plan(("main",), calls), ["t"])["t"], lambda loop: 10)


HOLDING = (
    # one library object, which main makes; `one` calls get twice and close once, `two` get in a loop, `deep` is below
    Call("main", "one"),
    Call("main", "two"),
    Call("one", "deep"),
    Call("one", "t", held="client.get"),
    Call("one", "t", held="client.get"),
    Call("one", "t", held="client.close"),
    Call("two", "t", (ORDERS,), held="client.get"),
    Call("deep", "t", (ORDERS, FIVE), held="client.get"),
)


def test_of_the_calls_by_code_outside_that_holds_a_function_one_counts() -> None:
    # of those in one and in two, which are equally near to the entry, the dearest
    assert evaluated_at_ten(*HOLDING) == 10
    # the nearest, whatever is further down
    assert evaluated_at_ten(*HOLDING[:6], HOLDING[7]) == 2


def test_they_count_where_the_source_itself_does_not_call_it() -> None:
    assert evaluated_at_ten(*HOLDING, Call("main", "t")) == 1
    assert evaluated_at_ten(*HOLDING, Call("two", "t", rare=True)) == 10


def test_what_code_outside_leads_back_to_is_no_cycle() -> None:
    # main -> serve, which code outside calls, -> push -> a signal, whose library may call serve
    calls = (
        Call("main", "open"), Call("open", "serve", certain=False, held="client.open"), Call("serve", "push"),
        Call("push", "serve", certain=False, held="signal.send"), Call("main", "push"), Call("push", "t"),
    )  # fmt: skip
    assert evaluated_at_ten(*calls) == 1
    assert count(Plan(("main",), calls), ["serve"])["serve"] == ONE


def test_of_likely_calls_in_a_cycle_those_are_left_out_that_lead_back() -> None:
    # the certain call from serve to push stays, though a likely one leads to push and back to serve before
    calls = (
        Call("main", "serve"), Call("main", "other", certain=False), Call("other", "push", certain=False),
        Call("push", "serve", certain=False), Call("serve", "push"), Call("push", "t"),
    )  # fmt: skip
    assert evaluated_at_ten(*calls) == 2


def test_functions_may_be_asked_for_one_by_one() -> None:
    assert count(Plan(("main",), (Call("main", "t"),)), iter(["t"])) == {"t": ONE}


@pytest.mark.parametrize("name", PLANS)
def test_runs_of_t(name: str) -> None:
    plan, runs = PLANS[name]
    assert count(plan, ["t"]) == {"t": runs}


@pytest.mark.parametrize("name", PLANS)
def test_the_order_of_the_calls_does_not_matter(name: str) -> None:
    plan, runs = PLANS[name]
    shuffled = list(plan.calls)
    random.Random(name).shuffle(shuffled)
    assert count(plan._replace(calls=tuple(shuffled)), ["t"]) == {"t": runs}


def test_following_more_calls_never_makes_a_function_lighter() -> None:
    names = ["main", "a", "b", "t"]
    pairs = [(x, y) for x, y in every(names, names[1:])]
    for seed in range(300):
        dice = random.Random(seed)
        calls = [
            Call(x, y, (over(x, number, f"l{number}"),) if dice.random() < 0.4 else ())
            for number, (x, y) in enumerate(dice.choices(pairs, k=6))
        ]
        before = count(Plan(("main",), tuple(calls[:-1])), ["t"])["t"]
        after = count(Plan(("main",), tuple(calls)), ["t"])["t"]
        assert evaluated(after, lambda _: 2) >= evaluated(before, lambda _: 2)


def test_what_calls_lead_to_has_runs_and_nothing_else() -> None:
    names = ["main", "a", "b", "c", "d", "t"]
    for seed in range(1500):
        dice = random.Random(seed)
        calls = [
            Call(
                dice.choice(names), dice.choice(names[1:]), certain=dice.random() < 0.6, rare=dice.random() < 0.2,
                held=dice.choice(["", "", "", "client.open"]),
            )
            for _ in range(dice.randint(3, 16))
        ]  # fmt: skip
        kept = {name: ONE for name in names[1:] if dice.random() < 0.1}
        callees: dict[str, list[str]] = {}
        for call in calls:
            callees.setdefault(call.caller, []).append(call.callee)
        reached = depths_from(["main", *sorted(kept)], callees).keys()
        runs = count(Plan(("main",), tuple(calls), kept=kept), names, exact=dice.random() < 0.5)
        assert {name for name in names if runs[name] != NEVER} == reached, seed
