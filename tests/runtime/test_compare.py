"""Predicted against measured: which numbers stand against which, and why they differ."""

import pytest

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.costs.weights import factor
from code_path_audit.facts.extract import extract_module
from code_path_audit.profiles.model import COUNTED, ComparedOp, Comparison, MissedOp
from code_path_audit.program.link import link
from code_path_audit.runtime.compare import compare, measured, reason
from code_path_audit.runtime.observations import EdgeObservation, Observations, OpObservation, RunObservation

SAVE = ExpensiveOp(
    "json.dumps", "loop_amplified", 10, 3, 44_100, base_class="json_io", function="shop.save", ordinal=1, size=10,
    size_source="assumed", amplification=5, bound_source="unknown", id="save",
)  # fmt: skip
READ = ExpensiveOp(
    "builtins.open", "file_io", 500, 7, 63_090, base_class="file_io", function="shop.read", size=500, id="read"
)
SENT = READ._replace(callee="socket.socket.send", id="send")
SAVED = OpObservation(
    "save", "shop.py", "shop.save", "json.dumps", 1, "json_io", True, 10, ((10, 9),), ((5000, 9),), (), 1000
)
HOOKED = SAVED._replace(function="shop.hook", callee="pickle.dumps")
GONE = SAVED._replace(function="shop.before")
CALL = EdgeObservation("save", "shop.py", "shop.save", "gone", 1, "shop.hook", True, 3)
PROGRAM = link(
    [(extract_module(b"def save(): pass\ndef hook(): pass\ndef read(): pass\n", "shop", False), "shop.py")], []
)


def test_all_of_an_action() -> None:
    observations = Observations(
        (HOOKED, GONE, SAVED, SAVED._replace(action="other"), SAVED._replace(direct=False)), (CALL,)
    )
    informed = SAVE._replace(amplification=1000, weight=5_000_000)
    found = compare(
        "save", [READ, SAVE, SENT], [READ, SENT, informed], observations, PROGRAM, {"shop.save"},
        recordable=lambda callee: callee in ("builtins.open", "json.dumps"),
    )  # fmt: skip
    assert found == Comparison(
        rows=(
            ComparedOp("save", "shop.save", "json.dumps", "json_io", 44_100, 5_000_000, 5_120_000,
                       "runs: 5 (assumed), about 1,024 seen"),
        ),
        predicted=44_100,
        informed=5_000_000,
        measured=5_120_000,
        never_ran=("read",),
        unseen=("send",),
        missed_ops=(MissedOp("shop.hook", "pickle.dumps", "json_io", 5_120_000, "the function is not reached"),),
        stale=2,
    )  # fmt: skip


def test_an_op_whose_time_was_not_taken_ran() -> None:
    found = compare("save", [SAVE], [SAVE], Observations((SAVED._replace(ns=()),)), PROGRAM, ())
    assert (found.rows, found.never_ran, found.missed_ops) == ((), (), ())


def test_an_op_that_ran_in_a_function_that_is_reached() -> None:
    found = compare("save", [], [], Observations((SAVED,)), PROGRAM, {"shop.save"})
    assert [(row.callee, row.why) for row in found.missed_ops] == [("json.dumps", "the call is not resolved")]


def test_an_op_that_only_a_recording_shows_is_in_the_load() -> None:
    edge = CALL._replace(callee="json.dumps", direct=False)
    seen = Observations((SAVED._replace(direct=False), HOOKED._replace(direct=False)), (edge,))
    found = compare("save", [], [SAVE], seen, PROGRAM, {"shop.save"})
    assert found.missed_ops == (MissedOp("shop.save", "json.dumps", "json_io", 5_120_000, COUNTED),)
    assert (found.rows, found.measured) == ((), 0)


@pytest.mark.parametrize(
    ("hits", "ns", "runs", "expected"),
    [
        (0, ((5000, 0),), 0, 5000),
        (3, ((5000, 0),), 0, 40_000),
        (3, ((5000, 0),), 3, 5000),  # eight runs of the action, one execution in each
        (0, ((5000, 0),), 2, 1250),
        (1, ((1000, 0), (5000, 0)), 0, 6000),
        (1, (), 0, None),
    ],
)
def test_measured_is_what_one_run_of_the_action_takes(
    hits: int, ns: tuple[tuple[int, int], ...], runs: int, expected: int | None
) -> None:
    assert measured(SAVED._replace(hits=hits, ns=ns), runs) == expected


def test_the_runs_of_the_action_count() -> None:
    runs = (RunObservation("other", 1), RunObservation("save", 10))
    found = compare("save", [SAVE], [SAVE], Observations((SAVED,), runs=runs), PROGRAM, ())
    assert (found.measured, found.rows[0].why) == (5000, "the constants of the class; runs: 5 (assumed), about 1 seen")


FAR = 5_120_000
CLOSE = SAVE._replace(amplification=1000, weight=5_000_000)


@pytest.mark.parametrize(
    ("assumed", "informed", "time", "calibrated", "expected"),
    [
        (SAVE, SAVE, 44_100, True, ""),
        (SAVE, SAVE, 4 * 44_100, True, ""),
        (SAVE, CLOSE, FAR, True, "runs: 5 (assumed), about 1,024 seen"),
        (
            SAVE._replace(bound_source="literal"), CLOSE, FAR, False,
            "runs: 5 (literal), about 1,024 seen",
        ),
        (SAVE._replace(amplification=1000), SAVE, FAR, True, "the constants of the class"),
        (SAVE._replace(amplification=1000), SAVE, FAR, False,
         "the constants of the class, which is not calibrated"),
        (SAVE._replace(amplification=1000, size=1), CLOSE, FAR, True, "size: 1 (assumed), 10 seen"),
        (SAVE._replace(size=1), CLOSE, FAR, True, "runs: 5 (assumed), about 1,024 seen; size: 1 (assumed), 10 seen"),
        (SAVE._replace(size=1), SAVE, FAR, True,
         "runs: 5 (assumed), about 1,024 seen; the constants of the class; size: 1 (assumed), 10 seen"),
        (SAVE._replace(amplification=1000, size=1, size_source="measured"), SAVE, FAR, True,
         "the constants of the class; size: 1 (measured), 10 seen"),
        (None, CLOSE, FAR, True, "only a recorded call leads to it"),
    ],
)  # fmt: skip
def test_why_a_prediction_is_off(
    assumed: ExpensiveOp | None, informed: ExpensiveOp, time: int, calibrated: bool, expected: str
) -> None:
    assert reason(assumed, informed, SAVED, time, 0, calibrated) == expected


@pytest.mark.parametrize(("one", "other", "expected"), [(1, 4, 4), (4, 1, 4), (0, 0, 1), (0, 5, 5)])
def test_factor(one: float, other: float, expected: float) -> None:
    assert factor(one, other) == expected
