"""Which libraries are told to need a model."""

from __future__ import annotations

from code_path_audit.callgraph.model import Edge, ExternalCall, SolvedGraph
from code_path_audit.libraries.needed import needed


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
