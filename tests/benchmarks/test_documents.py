"""Tables in pages, between their markers."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import accuracy, documents, others


def test_tables_go_between_their_markers() -> None:
    text = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n"
    assert documents.replaced(text, "x", "| new |\n") == "a\n<!-- begin x -->\n| new |\n<!-- end x -->\nb\n"


@pytest.mark.parametrize("text", ["", "<!-- begin x -->", "<!-- end x --><!-- begin x -->"])
def test_a_document_without_markers_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(text)
    with pytest.raises(ValueError, match="begin x"):
        documents.rewrite(path, {"x": "table"})
    assert path.read_text() == text


def test_the_published_page_has_every_table() -> None:
    text = (accuracy.REPOSITORY / "docs" / "accuracy.md").read_text()
    for name in ("accuracy code-path-audit", "accuracy sites", *(f"accuracy {tool}" for tool in others.TOOLS), "micro"):
        documents.replaced(text, name, "table")
