"""The table of what going on from a solution says."""

from __future__ import annotations

from benchmarks.resumed import NOTHING, REFUSED, RESUMED, Gone, Row, table

SAME = Gone(0.25, 1.0, (0, 0), (0, 0), (0, 0), 0, 0, False, False, (), (), ())


def test_what_differs_is_counted_and_what_is_missed_is_named() -> None:
    more = SAME._replace(edges=(2, 0), ops=(1, 0), stops=True)
    fewer = SAME._replace(edges=(0, 1), lighter=1, full_stops=True, missed=("new open in app.main: too dear",))
    rows = [
        Row("a" * 40, NOTHING),
        Row("b" * 40, REFUSED, "a file"),
        *(Row(letter * 40, RESUMED, "", gone) for letter, gone in zip("cde", (SAME, more, fewer), strict=True)),
    ]
    said = table({"`app.main`": rows}).splitlines()
    titles, _, row, every = ([cell.strip() for cell in line.strip("|").split("|")] for line in said[:4])
    assert row[1:] == every[1:]
    assert dict(zip(titles, row, strict=True)) == {
        "action": "`app.main`",
        "commits": "5",
        "nothing read": "1",
        "resumed": "3",
        "refused": "1",
        "given up": "0",
        "seconds, of a full solve": "0.25, 1.00",
        "same edges": "1",
        "some more": "1",
        "some fewer": "1",
        "same ops and weights": "1",
        "some more or heavier": "1",
        "some fewer or lighter": "1",
        "stops as full": "1",
        "measured anew for nothing": "1",
        "missed": "1",
    }
    assert "Refused: a file 1." in said
    assert said[-1] == "- `app.main`, eeeeeeeeee: new open in app.main: too dear"
