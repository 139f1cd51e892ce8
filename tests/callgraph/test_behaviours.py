"""Each example of docs/libraries.md, run: a model, a program, and the edges that its function f has then."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from code_path_audit import pipeline
from code_path_audit.callgraph.behaviours import WORDS
from code_path_audit.costs.models import load_model
from code_path_audit.costs.operations import find_ops
from code_path_audit.costs.rules import load_rules
from code_path_audit.libraries.merge import merge
from code_path_audit.libraries.read import parse_model, shipped_models
from tests.callgraph.solving import program_of

PAGE = Path(__file__).parents[2] / "docs" / "libraries.md"
BLOCKS = re.compile(r"```toml\n(.*?)```\n```python\n(.*?)```\n```text\n(.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A section of the page that shows a word."""

    word: str
    model: str
    program: str
    expected: list[str]


def examples() -> list[Example]:
    """All of them; a word without one only refers to another."""
    sections = PAGE.read_text(encoding="utf-8").split("\n### `")[1:]
    found = []
    for section in sections:
        for model, program, text in BLOCKS.findall(section):
            found.append(Example(section.partition("`")[0], model, program, text.splitlines()))
    return found


def found_in(example: Example) -> list[str]:
    """The edges and the ops of the program of an example."""
    model = parse_model(tomllib.loads(example.model), "example")
    libraries = merge((*shipped_models(), model))
    program = program_of({"m": example.program})
    graph = pipeline.solve(program, ("m.f",), libraries=libraries)
    rows = [
        f"{edge.caller} -> {edge.callee} {edge.kind} {edge.evidence}".replace("m.", "")
        for edge in graph.edges
        if edge.caller == "m.f" and edge.kind != "import"
    ]
    costs = load_model("reference")
    ops = find_ops(program, graph, costs, load_rules(costs.classes, libraries=libraries))
    return sorted({*rows, *(f"f -> {op.callee} op {op.base_class}" for op in ops)})


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.word)
def test_example(example: Example) -> None:
    assert found_in(example) == example.expected


def test_every_word_has_its_section_and_no_other_has() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert sorted(re.findall(r"\n### `(\w+)`", page)) == sorted(WORDS)
    assert {example.word for example in examples()} == {*WORDS} - {"plugins"}


def test_the_model_file_of_the_page_is_one() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    model = parse_model(tomllib.loads(text), "page")
    assert model.versions == {"tasklib": ">=2,<3"}
    assert model.rows["fires"] == {"tasklib.Queue.run": ("self",)}
