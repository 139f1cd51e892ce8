"""Parts of lists, however many."""

from __future__ import annotations

from tests.callgraph.solving import edges, solve


def test_parts_of_a_long_list() -> None:
    """More parts than are told apart: each may be all of it, so none is missed."""
    source = "def a(): pass\ndef b(): pass\ndef f():\n    x = [a, b]\n"
    source += "".join(f"    x[{i}:][0]()\n" for i in range(40))
    source += "    y = [a, b]\n    y[1:][0]()\n"
    graph = solve(source)
    assert "m.f -> m.b call certain" in edges(graph)
    sites = [e.site for e in graph.edges if e.callee == "m.a"]
    assert 1 < len(sites) < 40
