"""The trials of `init`: which action counts as the one that was named, and the sentence below a table."""

from __future__ import annotations

from benchmarks.init_trials import PAGE, TRIALS, Outcome, Trial, page, row, told

OUTCOME = Outcome(
    Trial("shop", "`shop save`", "save"), "1.0", 10, 61.4, 99.6, (("s", ("shop.a.unsave", "shop.b.save")),), True, True
)


def test_the_function_itself_counts() -> None:
    assert OUTCOME.named == "s"
    assert OUTCOME._replace(actions=(("s", ("shop.a.make.save",)),)).named == "s"
    assert OUTCOME._replace(actions=(("s", ("shop.a.unsave", "shop.save.now")),)).named == ""
    view = OUTCOME._replace(trial=Trial("shop", "a list", "Orders.get"))
    assert view._replace(actions=(("s", ("shop.views.Orders.<GET>",)),)).named == "s"
    assert view._replace(actions=(("s", ("shop.views.Order.<GET>", "shop.views.Orders.post")),)).named == ""


def test_a_row_and_a_sentence() -> None:
    assert row(OUTCOME) == "| shop 1.0 | 10 | 61 s | 100 s | 1 | yes | yes | `shop save` | yes, `s` |"
    failed = OUTCOME._replace(actions=(), works=False, steady=False, error="a | b", seconds=121.0)
    assert row(failed) == "| shop 1.0 | 10 | 121 s | 100 s | 0 | a / b | no | `shop save` | no |"
    assert told([row(OUTCOME), row(failed)]).endswith(
        "in 1, under 150 s of processor time in 1, and the action that was named is among the\nproposed ones in 1."
    )


def test_rows_that_are_not_measured_again_stay() -> None:
    first, second = (OUTCOME._replace(trial=trial) for trial in TRIALS[:2])
    once = page([first, second], "")
    again = page([second._replace(seconds=9.0)], once)
    assert [line for line in again.splitlines() if " s | " in line] == [row(first), row(second._replace(seconds=9.0))]


def test_the_page_has_a_row_for_every_package() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and " s | " in line]
    assert [line.split()[1] for line in rows] == [trial.package for trial in TRIALS]
