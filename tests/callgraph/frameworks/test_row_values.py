"""What was fetched, as paths of relations."""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.row_values import ANYTHING, below, covers, with_paths


def test_a_path_has_the_relations_on_its_way() -> None:
    assert with_paths(("a",), ("lines__product__maker", "b")) == (
        "a",
        "b",
        "lines",
        "lines__product",
        "lines__product__maker",
    )


def test_from_the_other_end_of_a_relation_on() -> None:
    fetched = with_paths((), ("lines__product", "linesman", "customer"))
    assert below(fetched, "lines") == ("product",)
    assert below((ANYTHING, "lines__a"), "lines") == (ANYTHING, "a")


def test_what_is_not_known_covers_everything() -> None:
    assert covers(("a", "b"), "a") and not covers(("a__b",), "b") and covers((ANYTHING,), "c")
