"""Edits of a project, new each time."""

from __future__ import annotations

import ast
from itertools import pairwise

import pytest

from benchmarks.speed_projects import Edit, Place, Project, add_comment, add_constant, add_lambda, add_op, add_statement


@pytest.mark.parametrize("edit", [add_constant, add_comment, add_statement, add_lambda, add_op])
def test_edits_are_new_each_time(project: Project, edit: Edit) -> None:
    place = project.reached[0]
    path = project.root / place.path
    before = path.read_text()
    texts = [before]
    try:
        for _ in range(3):
            edit(project.root, place)
            texts.append(path.read_text())
    finally:
        path.write_text(before)
    assert len(set(texts)) == 4
    for old, new in pairwise(texts):
        functions = [
            [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
            for text in (old, new)
        ]
        assert functions[0] == functions[1]
        assert (ast.dump(ast.parse(old)) == ast.dump(ast.parse(new))) == (edit is add_comment)


def test_places_are_functions(project: Project) -> None:
    for place in (*project.reached, *project.unreached):
        assert isinstance(place, Place)
        tree = ast.parse((project.root / place.path).read_text())
        assert place.function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
