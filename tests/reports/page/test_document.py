"""The data of the page: all of it, for one small action."""

from __future__ import annotations

from dataclasses import replace

from code_path_audit.reports.page.document import page_document
from code_path_audit.reports.page.values import NOTHING_BESIDE, Beside, Change, Changes, Point, Source
from tests.reports.sample import LOAD, sample
from tests.reports.three_actions import nested

FILE = b"\n".join(b"line %d" % number for number in range(1, 15))
STEMS = {"startup": "startup"}


def test_all_of_it() -> None:
    small = sample()
    small = replace(small, expensive_ops=[op for op in small.expensive_ops if op.id == "op-read"], widened=("a cap",))
    change = Change("grown", "fails", "op-read", LOAD, "pathlib.Path.read_text", 10, 20_000_000, "because", "a.py:1")
    beside = Beside(
        Source(lambda path: FILE, lambda function, site: 5),
        {"startup": Changes((change,))},
        {"startup": (Point("2025-01-01", 7, 1, 0, 2, "heuristic"), Point("2025-01-02", 8, 1, 0, 2, "reference"))},
    )
    assert page_document([small], STEMS, "2025-01-31", beside) == {
        "date": "2025-01-31",
        "files": ["src/shop/app.py", "src/shop/config.py"],
        "functions": {
            "name": ["shop.app.main", "shop.config.load_all", "shop.config.load_all.<lambda1>"],
            "file": [0, 1, 1],
            "line": [3, 9, 7],
        },
        "source": {
            0: {4: "line 4", 5: "line 5", 6: "line 6"},
            1: {10: "line 10", 11: "line 11", 12: "line 12", 13: "line 13", 14: "line 14"},
        },
        "actions": [
            {
                "name": "startup",
                "description": "From the click to the first page",
                "calibrated": False,
                "load": 50_000_500,
                "told": "about 50,000,000 units",
                "entries": [0],
                "functions": [0, 1, 2],
                "calls": [[1, 5], [2, 5], []],
                "ops": [
                    {
                        "id": "op-read",
                        "callee": "pathlib.Path.read_text",
                        "file": 1,
                        "line": 12,
                        "function": 1,
                        "weight": 20_000_000,
                        "possible": False,
                        "expensive": True,
                        "class": "file_io",
                        "condition": "always",
                        "evidence": "certain",
                        "runs": "×100",
                        "size": "about 2,000 bytes (hint)",
                        "path": [[0, 5, [], 0], [1, 12, [11], 0]],
                    }
                ],
                "unresolved": 2,
                "notes": [
                    "2 functions more than 10 calls deep not followed: shop.plugins.a, shop.plugins.b",
                    "31 more calls are only possible: --evidence possible follows them",
                    "2 calls of which nothing is known: listed in the data",
                    "Skipped src/shop/old.py:3: invalid syntax",
                    "Widened: a cap",
                ],
                "stem": "startup",
                "changes": {
                    "note": "",
                    "rows": [
                        {
                            "kind": "grown",
                            "status": "fails",
                            "op": "op-read",
                            "what": "pathlib.Path.read_text",
                            "function": LOAD,
                            "figures": "10 units → 20,000,000 units",
                            "why": "because",
                            "cause": "a.py:1",
                        }
                    ],
                },
                # what another model weighed is no part of it
                "trend": [["2025-01-01", 7, 0], ["2025-01-31", 50_000_500, 1]],
            }
        ],
    }


def test_without_anything_beside() -> None:
    found = page_document([sample()], STEMS, "2025-01-31", NOTHING_BESIDE)
    (action,) = found["actions"]
    assert (found["source"], action["changes"], len(action["trend"])) == ({}, None, 1)
    assert action["calls"] == [[1, 0], [2, 0], []]


def test_what_is_too_deep_in_loops_has_no_figure() -> None:
    (action,) = page_document([nested(4)], STEMS, "2025-01-31", NOTHING_BESIDE)["actions"]
    assert [op["weight"] for op in action["ops"]] == [None, 20_000_000, 500]
    assert "1 operation past 3 loops: without a figure, and not drawn" in action["notes"]


def test_many_changes() -> None:
    row = Change("new", "reported", "", LOAD, "x", None, 3, "", "")
    beside = Beside(changes={"startup": Changes((row,) * 501)})
    changes = page_document([sample()], STEMS, "2025-01-31", beside)["actions"][0]["changes"]
    assert (len(changes["rows"]), changes["note"]) == (500, "and 1 more difference")
    assert changes["rows"][0]["figures"] == "3 calls"
