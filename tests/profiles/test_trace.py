"""The trace of one action: load, amplification, paths, depth, the views of the graph."""

from __future__ import annotations

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.profiles import amplification, trace
from code_path_audit.profiles.trace import build_call_graph_view
from tests.profiles.builders import build, heuristic, traced

BY_HAND = """\
    def main():
        for _ in range(3):
            load()
        requests.get(url)

    def load():
        Path("a.json").read_text()
        for _ in range(10):
            parse()

    def parse():
        for _ in range(2):
            json.loads(text)
        copy.deepcopy(text)
    """


def test_the_load_of_an_action_is_the_one_computed_by_hand() -> None:
    # main:4   requests.get                 1 time                    x 500 =   500
    # load:7   Path.read_text     3 times   (main:2)                  x 100 =   300
    # parse:13 json.loads        60 times   (main:2 x load:8 x parse:12) x 150 = 9,000
    # parse:14 copy.deepcopy     30 times   (main:2 x load:8)         x 200 = 6,000
    #                                                                   sum  15,800
    profile = traced(build(BY_HAND))
    assert [(op.callee, op.cost_class, op.base_class, op.amplification, op.weight) for op in profile.expensive_ops] == [
        ("json.loads", "loop_amplified", "json_io", 60, 9_000),
        ("copy.deepcopy", "loop_amplified", "deep_copy", 30, 6_000),
        ("requests.get", "network", "network", 1, 500),
        ("pathlib.Path.read_text", "loop_amplified", "file_io", 3, 300),
    ]
    assert profile.total_load_estimate == 15_800


def test_an_op_three_functions_down_names_its_path_and_its_loops_outermost_first() -> None:
    op = traced(build(BY_HAND)).expensive_ops[0]
    assert op.path == ("m.main", "m.load", "m.parse")
    assert op.amplified_by == ("m.main:2", "m.load:8", "m.parse:12")
    assert (op.bound_source, op.evidence, op.recursive) == ("literal", "certain", False)


def test_a_warm_base_is_paid_from_the_second_execution_on() -> None:
    # 1,000 + 2 x 10 + 3 x 100 x 1
    built = build("""\
        def main():
            for _ in range(3):
                Path("a").read_text()
        """)
    assert traced(built, model=heuristic(base=1_000, warm_base=10)).total_load_estimate == 1_320


def test_the_profile_holds_nothing_of_what_the_action_does_not_reach() -> None:
    built = build("""\
        def main():
            self.rows.append(1)

        def other():
            json.loads(text)
            mystery()
        """, unresolved=["mystery"])  # fmt: skip
    profile = traced(built)
    assert (profile.expensive_ops, profile.unresolved, list(profile.call_graph.nodes)) == ([], (), ["m.main"])


def test_unresolved_calls_have_place_and_reason() -> None:
    built = build("def main():\n    mystery()\n", unresolved=["mystery"])
    assert traced(built).unresolved_calls == ["m.main:2 unknown callee: mystery"]


def test_the_view_lists_calls_in_source_order_and_ops_with_their_functions() -> None:
    built = build("""\
        def main(self):
            b()
            a()
            b()
            self.rows = json.loads(text)

        def a(): ...

        def b(): ...
        """)
    view = build_call_graph_view(*built[:4])
    node = view.nodes["m.main"]
    assert (node.calls, node.file, node.line) == (["m.b", "m.a"], "m.py", 1)
    assert [op.callee for op in node.expensive_ops] == ["json.loads"]
    assert [(row.target, row.kind) for row in node.state_mutations] == [("self.rows", "attr_write")]
    assert (list(view.nodes), view.edges) == (["m", "m.a", "m.b", "m.main"], {"m.main": {"m.a", "m.b"}})


def test_an_action_of_too_many_operations_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MAX_OPS", 3)
    with pytest.raises(AuditError, match="4 operations, more than 3") as caught:
        traced(build(BY_HAND))
    assert caught.value.slug == "too-many-operations"


def test_the_paths_of_very_many_ops_are_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amplification, "MAX_NAMES", 8)
    monkeypatch.setattr(amplification, "LEAST_PATH", 1)
    ops = traced(build(BY_HAND)).expensive_ops
    assert {len(op.path) for op in ops} == {1, 2}
    assert all(len(op.path) == len(op.path_evidence) for op in ops)
    assert {op.path[-1] for op in ops} == {op.function for op in ops}


def test_the_path_of_an_op_has_its_last_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amplification, "MAX_PATH", 2)
    (parsing,) = [op for op in traced(build(BY_HAND)).expensive_ops if op.callee == "json.loads"]
    assert [name.rpartition(".")[2] for name in parsing.path] == ["load", "parse"]
    assert len(parsing.path_evidence) == 2
