"""The table of sites: its arithmetic, on a program that can be checked by eye."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks import sites
from benchmarks.predict import Prediction, as_prediction
from code_path_audit import pipeline

Make = Callable[[dict[str, str | bytes]], Path]
PROGRAM: dict[str, str | bytes] = {
    "app.py": """
class A:
    def go(self): pass

class B:
    def go(self): pass

def main(flag, thing):
    known()
    (A() if flag else B()).go()
    thing.go_anywhere()

def known(): pass

class C:
    def go_anywhere(self): pass

def other():
    C()
"""
}


def predicted(make_tree: Make) -> Prediction:
    root = make_tree(PROGRAM)
    program = pipeline.load_sources(root, (".",))
    graph = pipeline.solve(program, ("app.main", "app.other"))
    return Prediction(root, program, graph, (), as_prediction(program, graph, ()), 0.0)


def test_a_prediction_has_all_calls_with_their_evidence(make_tree: Make) -> None:
    prediction = predicted(make_tree)
    assert [tuple(call.values()) for call in prediction.data["calls"]] == [
        ("app.main", 9, "app.known", "certain"),
        ("app.main", 10, "app.A.go", "likely"),
        ("app.main", 10, "app.B.go", "likely"),
        ("app.main", 11, "app.C.go_anywhere", "possible"),
    ]
    # what is only possible is in none of the rest
    assert prediction.data["functions"] == ["app.A.go", "app.B.go", "app.known", "app.main", "app.other"]
    assert prediction.data["edges"] == {"app.main": ["app.A.go", "app.B.go", "app.known"]}


def test_what_is_named_at_a_line(make_tree: Make) -> None:
    assert sites.kinds_of(predicted(make_tree)) == {
        ("app.main", 9): "1 call certain",
        ("app.main", 10): "2 call likely",
    }


ROWS = [
    sites.Sites("one", (8, 10, 8, 20), (15, 30, 16, 20), (1, 4), (1, 2)),
    sites.Sites("two", (0, 0, 0, 10), (5, 10, 5, 10), (0, 0), (0, 0)),
]


def test_the_table() -> None:
    assert "\n".join(sites.markdown(ROWS)) == (
        "| application | certain: told | precision | recall | and likely: told | precision | recall "
        "| silent of missed | silent of direct |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n"
        "| one | 1.25 | 0.800 | 0.400 | 1.88 | 0.500 | 0.750 | 0.25 (1/4) | 0.50 (1/2) |\n"
        "| two | 0.00 | 0.000 | 0.000 | 2.00 | 0.500 | 0.500 | - | - |\n"
        "| pooled | 1.25 | 0.800 | 0.267 | 1.90 | 0.500 | 0.667 | 0.25 (1/4) | 0.50 (1/2) |"
    )
