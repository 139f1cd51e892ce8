"""The speed benchmarks' own arithmetic, trees and edits; what they measure is in docs/performance.md."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks import generated_tree, hostile, speed, store
from benchmarks.speed_commands import Failed, Run, in_turn, peak_memory, seconds
from benchmarks.speed_projects import Edit, Place, Project, add_comment, add_constant, add_op, add_statement, prepare
from code_path_audit import pipeline
from tests.conftest import ROOT

FILES = 80
PAGE = ROOT / "docs" / "performance.md"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small generated tree, as the benchmarks make it."""
    return prepare("generated", tmp_path_factory.mktemp("work"), None, FILES, 0.4)


# the generated tree


def test_the_same_seed_gives_the_same_bytes() -> None:
    trees = [list(generated_tree.source_tree(FILES, 400_000, seed)) for seed in (1, 1, 2)]
    assert trees[0] == trees[1] != trees[2]
    digest = sha256("".join(path + text for path, text in trees[0]).encode()).hexdigest()
    assert digest[:16] == "9d8e53713a0325bb"  # figures of different trees cannot be compared


def test_it_is_as_large_as_asked_for() -> None:
    tree = dict(generated_tree.source_tree(FILES, 800_000))
    assert FILES < len(tree) < FILES * 1.4
    assert 700_000 < sum(map(len, tree.values())) < 1_000_000


def test_it_runs_and_what_it_reaches_is_followed(project: Project) -> None:
    code = "import app.main; print(len(app.main.run(3)), len(app.main.serve(3)))"
    found = subprocess.run([sys.executable, "-c", code], cwd=project.root, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["4", "1"]


def test_each_action_reaches_a_part(project: Project) -> None:
    program = pipeline.load_sources(project.root, (".",))
    reached = {}
    for name, entry in generated_tree.ACTIONS.items():
        graph = pipeline.solve(program, (entry.replace(":", "."),))
        assert graph.widened == ()
        reached[name] = {program.modules[program.functions[function][0]] for function in graph.functions}
    files = {name: {program.paths[module.module] for module in modules} for name, modules in reached.items()}
    assert project.reached[0].path in files["run"] & files["serve"]
    assert {place.path for place in project.reached} <= files["run"] | files["serve"]
    assert not {place.path for place in project.unreached} & (files["run"] | files["serve"])


@pytest.mark.parametrize("edit", [add_constant, add_comment, add_statement, add_op])
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


# commands


def run(limit: float = 20, repeats: int = 3) -> Run:
    """How commands are run here."""
    return Run({}, limit, repeats, Path())


def test_things_are_measured_in_turn() -> None:
    order: list[str] = []

    def named(name: str) -> Callable[[], float]:
        def measure() -> float:
            order.append(name)
            return float(len(order))

        return measure

    assert in_turn(run(), named("a"), named("b")) == ([1, 3, 5], [2, 4, 6])
    assert order == ["a", "b"] * 3


@pytest.mark.parametrize(
    ("code", "limit", "words"),
    [
        ("raise SystemExit('no good')", 20, "exit code 1: no good"),
        ("while True: pass", 0.2, "over 0 s"),
        ("import os\nif os.fork():\n    os.wait()\nwhile True: pass", 0.2, "over 0 s"),
    ],
)
def test_commands_that_fail(tmp_path: Path, code: str, limit: float, words: str) -> None:
    with pytest.raises(Failed, match=re.escape(words)):
        seconds(run(limit), [sys.executable, "-c", code], tmp_path)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells")
def test_memory_of_children_counts(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "kept = bytearray(b'x' * 20_000_000)\n"
        "child = 'kept = bytearray(40_000_000); kept[::4096] = kept[::4096]; sum(range(20_000_000))'\n"
        "subprocess.run([sys.executable, '-c', child])\n"
    )
    assert 60 < peak_memory(run(), [sys.executable, "-c", code], tmp_path) < 110


# tables


@pytest.mark.parametrize(
    ("row", "result", "expected"),
    [
        ("parse", None, "not measured"),
        ("parse", {"ours": 1.7, "theirs": 2.0, "runs": 5}, "0.85 (<= 0.9); 1.70 s to 2.00 s"),
        ("parse", {"ours": 2.0, "theirs": 2.0, "runs": 5}, "1 (**missed**, <= 0.9); 2.00 s to 2.00 s"),
        ("parse", {"failed": "over 600 s"}, "**missed**: over 600 s"),
        ("pyan", {"ours": 2.0, "theirs": 200.0, "runs": 1}, "1/100 (<= 1/80); 2.00 s to 200.00 s"),
        ("pyan", {"ours": 4.0, "theirs": 200.0, "runs": 1}, "1/50 (**missed**, <= 1/80); 4.00 s to 200.00 s"),
        ("unchanged", {"ours": 0.02, "theirs": 0.016, "runs": 5}, "1.25 (<= 1.4); 20 ms to 16 ms"),
        ("memory", {"ours": 140.4, "theirs": 1.0, "runs": 1}, "140 MB (<= 150)"),
    ],
)
def test_cells(row: str, result: dict[str, Any] | None, expected: str) -> None:
    [found] = [one for one in speed.ROWS if one.name == row]
    assert speed.figure(found, result, found.targets["django"]) == expected


def test_the_table_has_every_row() -> None:
    lines = speed.table({}).splitlines()
    assert len(lines) == 2 + len(speed.ROWS) + 1
    assert lines[3].endswith("| not measured | not asked for |")
    assert lines[-1].startswith("| what the graph finds (accuracy.md) |")


def test_the_accuracy_stands_beside_the_speed() -> None:
    page = """\
| pooled | 0.1 (1/10) |
<!-- begin accuracy code-path-audit -->
| application | functions |
| pooled | 0.960 (96/100) | 0.930 (93/100) | 0.799 (7/9) | 1.000 (4/4) | 2.22 | 1.0 |
<!-- end accuracy code-path-audit -->
"""
    assert speed.accuracy(page).split(" | ")[2] == (
        "functions 0.960 (>= 0.95), direct edges 0.930 (>= 0.93), indirect edges 0.799 (**missed**, >= 0.8)"
    )


@pytest.mark.parametrize("name", ["speed", "growth", "hostile", "store"])
def test_the_page_has_a_place_for_each_table(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(f"<!-- begin {name} -->") == text.count(f"<!-- end {name} -->") == 1


# how solving grows


@pytest.mark.parametrize("name", hostile.HOSTILE)
def test_endless_programs_are_programs(name: str) -> None:
    tree = ast.parse(hostile.HOSTILE[name](5))
    assert "main" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert len(hostile.HOSTILE[name](50)) > 5 * len(hostile.HOSTILE[name](5))


def test_the_store_is_measured(tmp_path: Path) -> None:
    rows = store.figures(tmp_path, entries=20, size=100)
    assert [what for what, _ in rows][:3] == ["open, and get one", "open, and get 20", "open, and get all 20"]
    assert all(time > 0 for _, time in rows)


def test_places_are_functions(project: Project) -> None:
    for place in (*project.reached, *project.unreached):
        assert isinstance(place, Place)
        tree = ast.parse((project.root / place.path).read_text())
        assert place.function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
