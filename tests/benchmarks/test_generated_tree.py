"""The generated tree: its size, its bytes, and that it runs."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256

from benchmarks import generated_tree
from benchmarks.speed_projects import Project
from code_path_audit import pipeline
from tests.benchmarks.conftest import FILES


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
