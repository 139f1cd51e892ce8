"""Predicted against measured: the section of a summary, in full."""

import pytest

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.runtime.compare import compare, comparison_markdown, factor, reason
from code_path_audit.runtime.observations import EdgeObservation, Observations, OpObservation

SAVE = ExpensiveOp(
    "json.dumps", "loop_amplified", 10, 3, 44_100, base_class="json_io", function="shop.save", ordinal=1, size=10,
    size_source="assumed", amplification=5,
)  # fmt: skip
READ = ExpensiveOp("builtins.open", "file_io", 500, 7, 63_090, base_class="file_io", function="shop.read", size=500)
SAVED = OpObservation(
    "save", "shop.py", "shop.save", "json.dumps", 1, "json_io", True, 10, ((10, 9),), ((5000, 9),), (), 1000
)
MISSED = SAVED._replace(function="shop.hook", callee="pickle.dumps")
CALL = EdgeObservation("save", "shop.py", "shop.save", "hooks[name]", 1, "shop.hook|`<b>", 3)


def test_the_section_in_full() -> None:
    observations = Observations((MISSED, SAVED, SAVED._replace(action="other")), (CALL, CALL._replace(action="other")))
    assert comparison_markdown(compare("save", [READ, SAVE], observations)) == (
        "### `save`: predicted against measured\n"
        "\n"
        "1 ops: 44,100 load units predicted, 5,120,000 ns measured (off by 116.1).\n"
        "\n"
        "| function | callee | predicted | measured | off by | why |\n"
        "|---|---|--:|--:|--:|---|\n"
        "| `shop.save` | `json.dumps` | 44,100 | 5,120,000 | 116.1 | runs: 5 assumed, about 1,024 seen |\n"
        "\n"
        "Ops that never ran (1):\n"
        "\n"
        "- `shop.read`: `builtins.open`\n"
        "\n"
        "Ops that static analysis missed (1):\n"
        "\n"
        "- `shop.hook`: `pickle.dumps`\n"
        "\n"
        "Calls that static analysis missed (1):\n"
        "\n"
        "- `shop.save` to `shop.hook\\|'&lt;b>`, at `hooks[name]`\n"
    )


def test_nothing_recorded() -> None:
    assert comparison_markdown(compare("save", [], Observations())) == (
        "### `save`: predicted against measured\n\nNo recorded op matches a predicted one.\n"
    )


@pytest.mark.parametrize(
    ("op", "measured", "calibrated", "expected"),
    [
        (SAVE, 44_100, True, ""),
        (SAVE, 4 * 44_100, True, ""),
        (SAVE, 5_120_000, True, "runs: 5 assumed, about 1,024 seen"),
        (SAVE._replace(amplification=1000), 5_120_000, True, "the constants of the class"),
        (SAVE._replace(amplification=1000), 5_120_000, False, "the class is not calibrated"),
        (SAVE._replace(amplification=1000, size=1), 5_120_000, True, "size: 1 assumed, 10 seen"),
        (
            SAVE._replace(amplification=1000, size=1, size_source="measured"),
            5_120_000,
            True,
            "the constants of the class",
        ),
    ],
)
def test_why_a_prediction_is_off(op: ExpensiveOp, measured: int, calibrated: bool, expected: str) -> None:
    assert reason(op, SAVED, measured, calibrated) == expected


def test_a_known_edge_is_not_missed() -> None:
    found = compare("save", [], Observations((), (CALL,)), frozenset({("shop.save", CALL.callee)}))
    assert found.missed_calls == ()


@pytest.mark.parametrize(("one", "other", "expected"), [(1, 4, 4), (4, 1, 4), (0, 0, 1), (0, 5, 5)])
def test_factor(one: float, other: float, expected: float) -> None:
    assert factor(one, other) == expected
