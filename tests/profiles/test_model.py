"""The public call graph, on a synthetic graph of five nodes."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.model import CallGraph, FunctionNode


def five() -> CallGraph:
    """a calls b and c, both call d, d calls e, and e calls d back."""
    graph = CallGraph()
    for line, name in enumerate("abcde", 1):
        graph.nodes[name] = FunctionNode(name, "m.py", line)
    for caller, callee in ("ac", "ab", "bd", "cd", "de", "ed"):
        graph.add_edge(caller, callee)
    return graph


def test_add_edge_keeps_the_order_of_calls_and_adds_none_twice() -> None:
    graph = five()
    graph.add_edge("a", "c")
    assert graph.nodes["a"].calls == ["c", "b"]
    assert graph.edges == {"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": {"e"}, "e": {"d"}}


@pytest.mark.parametrize(
    ("root", "max_depth", "callees"),
    [("a", 10, "bcde"), ("a", 2, "bcd"), ("a", 1, "bc"), ("a", 0, ""), ("b", 10, "de"), ("d", 10, "de"), ("d", 1, "e")],
)
def test_transitive_callees(root: str, max_depth: int, callees: str) -> None:
    # the root is among them only where it is called back: d by e
    assert five().transitive_callees(root, max_depth) == set(callees)


def test_a_root_needs_no_node_but_has_to_be_known() -> None:
    graph = CallGraph()
    graph.add_edge("a", "b")
    assert (graph.transitive_callees("a"), graph.transitive_callees("b")) == ({"b"}, set())
    for ask in (graph.transitive_callees, graph.render_mermaid):
        with pytest.raises(KeyError, match="'nobody' is not in the call graph"):
            ask("nobody")


def test_render_mermaid() -> None:
    assert five().render_mermaid("b", 2) == (
        'flowchart TD\n    n0["b"]\n    n1["d"]\n    n2["e"]\n    n0 --> n1\n    n1 --> n2\n'
    )


def test_render_mermaid_stays_readable_and_says_what_it_left_out() -> None:
    graph = CallGraph()
    for number in range(100):
        graph.add_edge("hub", f"f{number:03}")
    lines = graph.render_mermaid("hub").splitlines()
    assert len(lines) == 1 + 60 + 59 + 1
    assert lines[-1] == '    n60["not drawn, 41 more functions, 41 more calls"]'


def test_render_mermaid_lets_no_markup_through() -> None:
    graph = CallGraph()
    graph.add_edge('x"] --> y', "<script>")
    text = graph.render_mermaid('x"] --> y')
    assert "<script>" not in text
    assert text.count('"') == 4
