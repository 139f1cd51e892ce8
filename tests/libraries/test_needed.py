"""Which libraries are told to need a model."""

from __future__ import annotations

from code_path_audit.callgraph.model import Edge, ExternalCall, SolvedGraph
from code_path_audit.libraries.needed import needed, unweighed


def graph(rows: list[tuple[int, str, str, str]]) -> SolvedGraph:
    """A graph of f, which at each site calls something outside, and is called back with some evidence."""
    edges = [Edge("m.f", site, callee, "callback", evidence) for site, _, callee, evidence in rows]
    return SolvedGraph(
        ("m.f",),
        ("m.f",),
        tuple(edge for edge in edges if edge.evidence != "possible"),
        tuple(edge for edge in edges if edge.evidence == "possible"),
        tuple(ExternalCall("m.f", site, outside, "call", "certain") for site, outside, _, _ in rows),
        (),
        {},
        {},
        {},
        (),
    )


def test_libraries_without_a_model_are_counted_by_their_guessed_edges() -> None:
    one = graph([
        (0, "far.run", "m.a", "likely"),
        (1, "far.App().main", "m.a", "possible"),
        (2, "near.run", "m.b", "possible"),
        (3, "known.run", "m.c", "possible"),
        (4, "sure.run", "m.d", "certain"),
        (5, "json.loads", "m.e", "possible"),
    ])  # fmt: skip
    assert needed([one, one], {"known"}) == [("far", 2), ("near", 1)]


def test_libraries_that_weigh_nothing_are_counted_by_their_call_sites() -> None:
    rows = [
        ExternalCall("m.f", 0, "far.connect", "call", "certain"),
        ExternalCall("m.f", 1, "far.connect().nodes", "call", "likely"),
        ExternalCall("m.f", 1, "far.connect().edges", "call", "likely"),
        ExternalCall("m.f", 2, "near.Url", "construct", "certain"),
        ExternalCall("m.f", 3, "far.Node.name", "property", "certain"),
        ExternalCall("m.f", 4, "known.run", "call", "certain"),
        ExternalCall("m.f", 5, "json.loads", "call", "certain"),
        ExternalCall("m.f", 6, "alone", "call", "certain"),
        ExternalCall("m.f", 7, "()[].of.what.nobody.knows", "call", "likely"),
    ]
    assert unweighed(rows, {"known"}.__contains__) == [("far", 2), ("near", 1)]
