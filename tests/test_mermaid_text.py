"""Labels and names of nodes in a chart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.mermaid_text import MAX_LABEL, label, node_id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", '" "'),  # Mermaid refuses an empty label
        ("two\nlines", '"two<br/>lines"'),
        ("\x1b[31m", '"#92;u001b#91;31m"'),
        ("a\u202eb", '"a#92;u202eb"'),
        ("\udc80", '"#92;udc80"'),
        ("ﬂ°°60¶ß", '"#92;ufb02#176;#176;60#92;u00b6ß"'),  # how Mermaid stores an entity while it parses
        ("x" * (MAX_LABEL + 1), '"' + "x" * (MAX_LABEL // 2) + "..." + "x" * (MAX_LABEL // 2) + '"'),
        ("shop.load_all", '"shop.load_all"'),
    ],
)
def test_what_a_label_shows_otherwise(name: str, expected: str) -> None:
    assert label(name) == expected


@given(st.text())
def test_a_label_never_leaves_its_quotes(name: str) -> None:
    text = label(name)
    assert text.isprintable()
    assert text[0] == text[-1] == '"'
    assert not set(text[1:-1].replace("<br/>", "")) & set("\"'`<>[]{}|&%\\$*~:!@^")


def test_nodes_are_numbered() -> None:
    assert [node_id(0), node_id(12)] == ["n0", "n12"]
