"""The benchmarks' own arithmetic, on input that can be checked by eye; what they measure is in docs/accuracy.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import accuracy, documents, micro, others, scenarios
from benchmarks.predict import spoken

ROWS = [
    accuracy.Row("one", (9, 10), (3, 4), (0, 0), (1, 2), (20, 10), 1.5),
    accuracy.Row("two", (1, 10), (1, 4), (1, 2), (0, 0), (10, 10), 0.5),
]


@pytest.mark.parametrize(
    ("fqname", "expected"),
    [
        ("shop.Cart.total", "shop.Cart.total"),
        ("shop.Cart.total#2", "shop.Cart.total"),
        ("shop.load#3.inner", "shop.load.inner"),
        ("shop.f.<lambda12>", "shop.f.<lambda>"),
    ],
)
def test_names_as_a_running_program_spells_them(fqname: str, expected: str) -> None:
    assert spoken(fqname) == expected


def test_markdown_table() -> None:
    assert "\n".join(accuracy.markdown(ROWS)) == (
        "| application | functions | direct edges | indirect edges | direct ops | predicted / ran | seconds |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n"
        "| one | 0.900 (9/10) | 0.750 (3/4) | - | 0.500 (1/2) | 2.00 | 1.5 |\n"
        "| two | 0.100 (1/10) | 0.250 (1/4) | 0.500 (1/2) | - | 1.00 | 0.5 |\n"
        "| pooled | 0.500 (10/20) | 0.500 (4/8) | 0.500 (1/2) | 0.500 (1/2) | 1.50 | 2.0 |"
    )


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
    for name in ("accuracy code-path-audit", *(f"accuracy {tool}" for tool in others.TOOLS), "micro"):
        documents.replaced(text, name, "table")


def test_closure_of_another_tools_graph() -> None:
    edges = {"a.main": ["a.f", "a.g"], "a.f": ["a.main"], "a.unused": ["a.h"]}
    assert others.closure(edges, ("a.main",)) == {
        "functions": ["a.f", "a.g", "a.main"],
        "edges": {"a.f": ["a.main"], "a.main": ["a.f", "a.g"]},
    }


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [("pkg.__init__.f", "pkg.f"), ("pkg/sub.f", "pkg.sub.f"), ("pkg.C.__init__", "pkg.C.__init__")],
)
def test_another_tools_names(theirs: str, expected: str) -> None:
    assert others.named(theirs) == expected


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


def test_another_tool_that_fails_in_one_folder(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    program = "def edges(root, files):\n    return {root.name: [1 // (root.name != 'b')], files[0][-6:]: []}\n"
    words = [
        sys.executable,
        "-c",
        program + others.EACH,
        "main.py",
        *(str(tmp_path / name) for name in ("a", "b", "c")),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows == [{"a": [1], "ain.py": []}, None, {"c": [1], "ain.py": []}]


def test_micro_without_cases_is_no_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert micro.main([str(tmp_path)]) == 2
    assert "no cases" in capsys.readouterr().err


def test_an_unknown_application_names_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "scenarios.toml").write_text('[[scenario]]\nname = "black"\n[[scenario]]\nname = "nox"\n')
    assert [row["name"] for row in scenarios.rows(tmp_path, "nox")] == ["nox"]
    with pytest.raises(SystemExit, match="no scenario named blcak; there are black, nox"):
        scenarios.rows(tmp_path, "blcak")
