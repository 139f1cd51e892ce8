"""The public call graph, on a synthetic graph of five nodes; and entry points."""

from __future__ import annotations

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.profiles.entry import resolve_entries
from code_path_audit.profiles.model import CallGraph, FunctionNode
from tests.profiles.builders import build


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


SHOP = {
    "shop": "",
    "shop.cart": """\
        class Cart:
            def __init__(self): ...
            def total(self):
                def part(): ...
        class Empty: ...
        def load(): ...
        if x:
            def save(): ...
        else:
            def save(): ...
        key = lambda row: row
        """,
    "shop.web": "def load(): ...\n",
}


@pytest.mark.parametrize(
    ("entry_points", "found"),
    [
        (["shop.cart.load"], ["shop.cart.load"]),
        (["shop.cart:load"], ["shop.cart.load"]),
        (["shop.cart:Cart.total"], ["shop.cart.Cart.total"]),
        (["shop.cart"], ["shop.cart"]),
        ([" shop.cart.load "], ["shop.cart.load"]),
        # a class stands for its construction
        (["shop.cart.Cart"], ["shop.cart.Cart.__init__"]),
        # which definition stands is known at run time alone
        (["shop.cart.save"], ["shop.cart.save", "shop.cart.save#2"]),
        # in the order given, none twice; a glob's matches sorted, modules, classes and lambdas not among them
        (["shop.web.load", "shop.*.load"], ["shop.web.load", "shop.cart.load"]),
        (["shop.cart.Cart.*"], ["shop.cart.Cart.__init__", "shop.cart.Cart.total"]),
        (["shop.[cw]*:load"], ["shop.cart.load", "shop.web.load"]),
        # nested functions only where nothing else matches, or by name
        (["*.part"], ["shop.cart.Cart.total.part"]),
        (["shop.cart.key*", "shop.cart.load"], None),
    ],
)
def test_entry_points(entry_points: list[str], found: list[str] | None) -> None:
    program = build(SHOP).program
    if found is None:
        with pytest.raises(AuditError):
            resolve_entries(program, entry_points)
    else:
        assert list(resolve_entries(program, entry_points)) == found


@pytest.mark.parametrize(
    ("entry_point", "message"),
    [
        (
            "shop.cart.laod",
            "entry point 'shop.cart.laod' names no function of the source. "
            "Nearest: shop.cart.load, shop.cart.save, shop.cart.Cart. [unknown-entry-point]",
        ),
        # re-exported, or moved: the same last name comes first
        (
            "shop:load",
            "entry point 'shop:load' names no function of the source. "
            "Nearest: shop.web.load, shop.cart.load, shop.cart. [unknown-entry-point]",
        ),
        (
            "shop.cart.Empty",
            "entry point 'shop.cart.Empty' is a class that defines no constructor. "
            "The source has no function with a name like it. [unknown-entry-point]",
        ),
        (
            "zzz:",
            "entry point 'zzz:' names no function of the source. "
            "The source has no function with a name like it. [unknown-entry-point]",
        ),
    ],
)
def test_an_entry_point_that_matches_nothing_names_the_nearest(entry_point: str, message: str) -> None:
    with pytest.raises(AuditError) as raised:
        resolve_entries(build(SHOP).program, [entry_point])
    assert str(raised.value) == message


def test_no_entry_point_at_all_is_an_error() -> None:
    with pytest.raises(AuditError) as raised:
        resolve_entries(build(SHOP).program, [])
    assert raised.value.slug == "no-entry-point"
