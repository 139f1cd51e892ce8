"""How far a trace goes: depth, and the path to each op."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.errors import AuditError
from tests.profiles.builders import build, traced

TIE = """\
    def main():
        b()
        a()

    def a():
        work()

    def b():
        work()

    def work():
        json.loads(text)
    """


@pytest.mark.parametrize(
    ("likely", "path", "evidence"),
    [
        ([], "main a work", "certain"),
        # of equally heavy paths the one with the fewest guesses is told
        (["a"], "main b work", "certain"),
        (["a", "b"], "main a work", "likely"),
        (["work"], "main a work", "likely"),
    ],
)
def test_a_path_is_as_good_as_its_weakest_edge(likely: list[str], path: str, evidence: str) -> None:
    (op,) = traced(build(TIE, likely=likely)).expensive_ops
    assert (" ".join(name.removeprefix("m.") for name in op.path), op.evidence) == (path, evidence)


LOOPED = """\
    def main():
        for i in range(100):
            a()
        b()

    def a():
        c()

    def b():
        c()

    def c():
        for i in range(3):
            work()

    def work():
        json.loads(text)
    """


@pytest.mark.parametrize(
    ("likely", "possible", "path", "evidence", "runs"),
    [
        # all as sure: the heaviest is told, and all are counted: 300 + 3
        ([], [], "main a c work", "certain certain certain certain", 303),
        # the surest first, however light
        (["a"], [], "main b c work", "certain certain certain certain", 303),
        # what only doubtful edges reach has the heaviest of their paths
        (["a", "b"], [], "main a c work", "likely certain certain certain", 303),
        (["c"], ["b"], "main a c work", "certain likely certain certain", 300),
        # a guess leads nowhere
        ([], ["a"], "main b c work", "certain certain certain certain", 3),
    ],
)
def test_the_best_path_is_the_surest_then_the_heaviest(
    likely: list[str], possible: list[str], path: str, evidence: str, runs: int
) -> None:
    (op,) = traced(build(LOOPED, likely=likely, possible=possible)).expensive_ops
    assert " ".join(name.removeprefix("m.") for name in op.path) == path
    assert (" ".join(op.path_evidence), op.amplification) == (evidence, runs)
    assert op.evidence == max(op.path_evidence, key=EVIDENCE.index)


def test_what_is_only_possible_is_counted_and_reaches_nothing() -> None:
    built = build(LOOPED, possible=["a", "b"])
    profile = traced(built)
    assert (profile.possible_calls, profile.expensive_ops, profile.total_load_estimate) == (2, [], 0)
    assert list(profile.call_graph.nodes) == ["m.main"]


def test_a_guess_that_is_followed_is_in_no_load() -> None:
    built = build(LOOPED, possible=["a", "b"])
    graph = built.graph
    followed = graph._replace(edges=tuple(sorted((*graph.edges, *graph.guesses))), guesses=())
    profile = traced(built._replace(graph=followed))
    assert [(op.evidence, op.amplification) for op in profile.expensive_ops] == [("possible", 303)]
    assert (profile.possible_calls, profile.total_load_estimate, profile.candidates) == (0, 0, ())


CHAIN = """\
    def main():
        one()

    def one():
        json.loads(text)
        two()

    def two():
        json.loads(text)
        three()

    def three():
        json.loads(text)
    """


@pytest.mark.parametrize(
    ("max_depth", "ops", "cut"),
    [
        (10, 3, ()),
        (3, 3, ()),
        (2, 2, ("m.three",)),
        (1, 1, ("m.three", "m.two")),
        (0, 0, ("m.one", "m.three", "m.two")),
    ],
)
def test_what_the_depth_limit_cuts_is_counted_and_named(max_depth: int, ops: int, cut: tuple[str, ...]) -> None:
    profile = traced(build(CHAIN), max_depth=max_depth)
    assert (len(profile.expensive_ops), profile.cut_functions, profile.cut_by_depth) == (ops, cut, len(cut))


def test_a_depth_below_zero_is_an_error() -> None:
    with pytest.raises(AuditError) as raised:
        traced(build(CHAIN), max_depth=-1)
    assert raised.value.slug == "bad-depth"


def test_depth_counts_from_the_nearest_entry() -> None:
    assert traced(build(CHAIN), "m.main", "m.two", max_depth=1).cut_functions == ()
