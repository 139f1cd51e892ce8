"""The file that speedscope reads: frames once, a stack for each op, weights that add up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from code_path_audit import cli
from tests.conftest import MakeTree

SHOP: dict[str, str | bytes] = {
    "code-path-audit.toml": """
source = ["src"]
model = "heuristic"
[actions.save]
entry_points = ["shop.save"]
[actions.load]
entry_points = ["shop.load"]
""",
    "src/shop.py": (
        "import json\n\n\ndef save(rows):\n    write(rows)\n\n\ndef write(rows):\n    with open('x') as file:\n"
        "        json.dump(rows, file)\n\n\ndef load():\n    return open('x')\n"
    ),
}


@pytest.fixture
def shop(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = make_tree(SHOP)
    monkeypatch.chdir(root)
    return root


def test_stacks(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--format", "speedscope"]) == 0
    document = json.loads(capsys.readouterr().out)
    frames = [(frame["name"], frame["line"]) for frame in document["shared"]["frames"]]
    assert len(set(frames)) == len(frames)
    load, save = document["profiles"]
    assert [profile["name"] for profile in document["profiles"]] == ["load", "save"]
    stacks = [[frames[index] for index in stack] for stack in save["samples"]]
    assert sorted(stacks) == [
        [("shop.save", 4), ("shop.write", 8), ("builtins.open", 9)],
        [("shop.save", 4), ("shop.write", 8), ("json.dump", 10)],
    ]
    for profile in (load, save):
        assert len(profile["samples"]) == len(profile["weights"]) and profile["unit"] == "none"
        assert profile["endValue"] == sum(profile["weights"]) > 0


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_formats_by_name_are_those_of_the_options(form: str, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--format", form]) == 0
    named = capsys.readouterr().out
    assert cli.main([f"--{form}"]) == 0
    assert capsys.readouterr().out == named
