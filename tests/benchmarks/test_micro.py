"""Small cases: what is missed and what is false, beside other tools."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import micro


def case_folder(root: Path, category: str, name: str, graph: dict[str, list[str]], source: str) -> None:
    folder = root / micro.SNIPPETS / category / name
    folder.mkdir(parents=True)
    (folder / "callgraph.json").write_text(json.dumps(graph))
    (folder / "main.py").write_text(source)


def test_micro_scores_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = "def f():\n    pass\n\n\nf()\n"
    case_folder(tmp_path, "calls", "exact", {"main": ["main.f"], "main.f": []}, source)
    case_folder(tmp_path, "calls", "wanting", {"main": ["main.f", "main.g"]}, source)
    case_folder(tmp_path, "extra", "false", {"main": []}, source)
    assert micro.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        "category        cases  complete  sound\n"
        "calls               2         2      1\n"
        "extra               1         0      1\n"
        "all                 3         2      2\n"
        "\ncalls/wanting\n  missed  main -> main.g\n"
        "\nextra/false\n  false   main -> main.f\n"
    )


def test_micro_beside_other_tools(tmp_path: Path) -> None:
    case_folder(tmp_path, "calls", "exact", {"main": ["main.f"]}, "def f():\n    pass\n\n\nf()\n")
    folder = tmp_path / micro.SNIPPETS / "calls" / "exact"
    tools = {"ours": [micro.judge(folder, {"main": ["main.f"]})], "theirs": [micro.judge(folder, None)]}
    assert list(micro.markdown(tools)) == [
        "| category | cases | ours: complete | sound | theirs: complete | sound |",
        "|---|---:|---:|---:|---:|---:|",
        "| calls | 1 | 1 | 1 | 0 | 0 |",
        "| all | 1 | 1 | 1 | 0 | 0 |",
    ]


def test_micro_without_cases_is_no_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert micro.main([str(tmp_path)]) == 2
    assert "no cases" in capsys.readouterr().err
