"""From a program that static analysis cannot follow, by a recording of it, to a trace that goes on, and to the gate.

Starts some interpreters: takes some ten seconds.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from code_path_audit import cli
from code_path_audit.runtime.observations_file import load
from code_path_gate.cli import main as gate
from tests.conftest import write_tree
from tests.gate.repositories import Repo

CONFIG = """\
source = ["src"]
model = "reference"
[actions.report]
entry_points = ["shop.main:report"]
[actions.export]
entry_points = ["shop.main:export"]
"""
MAIN = """\
import sys

import drawer
from shop import store


def report(folder, name):
    rows = []
    for path in store.files(folder):
        rows.append(store.read(path))
    drawer.stamp(rows)
    return getattr(drawer.views(), name)(rows)


def export(folder):
    return [store.read(path) for path in store.files(folder)]


if __name__ == "__main__":
    for _ in range(int(sys.argv[3])):
        print(len(report(sys.argv[1], sys.argv[2])))
"""
STORE = """\
import os


def files(folder):
    return sorted(os.path.join(folder, name) for name in os.listdir(folder))


def read(path):
    with open(path) as file:
        return file.read()


def forget(path):
    os.remove(path)
"""
VIEWS = """\
import json

from shop import store


class Views:
    def text(self, rows):
        return "".join(map(self.line, rows))

    def line(self, row):
        return json.dumps(row)

    def quiet(self, rows):
        store.forget("x")
        return ""
"""
DRAWER = """\
import importlib
import pickle


def stamp(rows):
    return pickle.dumps(rows)


def views():
    return importlib.import_module("shop." + "sweiv"[::-1]).Views()
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after its action `report` was recorded: two runs of it, on ten files of 6,000 bytes each."""
    root = tmp_path_factory.mktemp("shop")
    files = {
        "code-path-audit.toml": CONFIG,
        "src/shop/__init__.py": "",
        "src/shop/main.py": MAIN,
        "src/shop/store.py": STORE,
        "src/shop/views.py": VIEWS,
        "elsewhere/drawer.py": DRAWER,
        **{f"data/{number}": "x" * 6000 for number in range(10)},
    }
    write_tree(root, files)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("PYTHONPATH", f"{root / 'src'}:{root / 'elsewhere'}", prepend=":")
        command = [sys.executable, "src/shop/main.py", "data", "text", "2"]
        assert cli.main(["record", "--action", "report", "--", *command]) == 0
    return root


@pytest.fixture
def project(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shop"
    shutil.copytree(recorded, root, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(root)
    return root


def traced(capsys: pytest.CaptureFixture[str], action: str = "report") -> dict[str, Any]:
    assert cli.main(["--action", action, "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def ops(document: dict[str, Any]) -> dict[str, Any]:
    return {
        op["callee"]: (op["size"], op["size_source"], op["amplification"], op["bound_source"])
        for op in document["expensive_ops"]
    }


def test_the_trace_goes_on_through_what_was_seen(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_them = traced(capsys)
    seen = [edge for edge in with_them["edges"] if "observed" in (edge["kind"], edge["evidence"])]
    assert [(edge["caller"], edge["callee"], edge["kind"], edge["evidence"]) for edge in seen] == [
        ("shop.main.report", "shop.views", "observed", "certain"),  # the module runs where it is first imported
        ("shop.main.report", "shop.views.Views.text", "observed", "certain"),
    ]
    found = ops(with_them)
    assert found["builtins.open"] == (5000, "measured", 10, "measured")
    assert found["json.dumps"][1] == "measured"
    told = {op["callee"]: (op["how_often"], op["predicted"]) for op in with_them["expensive_ops"]}
    assert told["builtins.open"] == ("about 10 times, measured", "")
    assert told["pickle.dumps"] == ("once, measured", "")
    # another action has its sizes, and its own bounds
    assert ops(traced(capsys, "export"))["builtins.open"][:2] == (5000, "measured")
    (project / "baselines" / "observations.jsonl").unlink()
    without = traced(capsys)
    assert ops(without)["builtins.open"][1::2] == ("assumed", "unknown")
    assert {edge["callee"] for edge in without["edges"]} < {edge["callee"] for edge in with_them["edges"]}
    assert without["comparison"] is None
    reasons = [row["reason"] for row in without["unresolved"]]
    assert (reasons, with_them["unresolved"]) == (["getattr"], [])


def test_what_is_kept(project: Path) -> None:
    seen = load(project / "baselines" / "observations.jsonl")
    # what follows from them by values is not kept: Views.line
    assert [(row.caller, row.text, row.callee, row.direct) for row in seen.edges] == [
        ("shop.main.report", "drawer.stamp", "pickle.dumps", False),  # an op, outside of the source
        ("shop.main.report", "drawer.views", "shop.views", False),
        ("shop.main.report", "getattr()", "shop.views.Views.text", True),
    ]
    assert [(row.function, row.ordinal, row.trips) for row in seen.loops] == [("shop.main.report", 1, 10)]
    assert [row.hits for row in seen.runs] == [1]
    assert seen.actions() == {"report"}


def test_the_report_says_what_was_predicted_and_what_ran(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = traced(capsys)["comparison"]
    rows = {row["callee"]: row for row in found["rows"]}
    assert rows["json.dumps"]["why"] == "only a recorded call leads to it"
    assert rows["json.dumps"]["predicted"] == 0 < rows["json.dumps"]["informed"]
    assert all(row["measured"] > 0 for row in found["rows"])
    assert [row["callee"] for row in found["missed_ops"]] == ["pickle.dumps"] and found["stale"] == 0
    assert cli.main(["report", "--date", "2026-01-01"]) == 0
    summary = (project / "docs/reports/code_path_audit/2026-01-01/summary.md").read_text()
    assert "## Predicted against measured" in summary
    assert "`json.dumps` in `shop.views.Views.line` (report)" in summary
    page = (project / "docs/reports/code_path_audit/2026-01-01/actions/report.md").read_text()
    assert "Calls that static analysis missed (2):" in page
    assert "Ops that static analysis missed (1):" in page and "it is in the load as it ran" in page
    assert "`shop.main.report` (`src/shop/main.py`) calls `shop.views.Views.text`" in page


def test_the_same_recording_again_changes_few_lines(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project / "baselines" / "observations.jsonl"
    before = path.read_text().splitlines()
    monkeypatch.setenv("PYTHONPATH", f"{project / 'src'}:{project / 'elsewhere'}", prepend=":")
    assert (
        cli.main(["record", "--action", "report", "--", sys.executable, "src/shop/main.py", "data", "text", "2"]) == 0
    )
    after = path.read_text().splitlines()
    # a time may move on a busy machine; what ran, how often and on how much may not
    assert [line.partition('"ns"')[0] for line in after] == [line.partition('"ns"')[0] for line in before]


def test_the_gate_goes_by_what_the_index_holds(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(project / ".code-path-audit")
    path = project / "baselines" / "observations.jsonl"
    committed = path.read_text()
    repo = Repo.init(project)
    assert gate(["refresh"]) == 0
    repo.commit({})
    baseline = json.loads((project / "baselines" / "report.json").read_text())
    assert "measured" in json.dumps(baseline)
    assert gate(["check", "--strict"]) == 0
    # what lies in the folder alone is nothing to the index
    path.write_text(committed.replace('"trips": 10', '"trips": 1000'))
    assert gate(["check", "--staged", "--strict"]) == 0
    assert gate(["check", "--rev", "HEAD", "--strict"]) == 0
    capsys.readouterr()
    # and what was recorded anew is not the code's doing: the baseline is out of date
    repo.run("add", "--all")
    for arguments in (["--staged"], ["--base", "HEAD"]):
        assert gate(["check", *arguments]) == 3
        assert "FAILS" not in capsys.readouterr().out
    path.write_text(committed.replace("{", "<<<<<<< HEAD\n{", 1))
    repo.run("add", "--all")
    assert gate(["check", "--staged"]) == 2
    assert "[observations-conflict]" in capsys.readouterr().err
    path.write_text(committed)
    repo.run("add", "--all")
    # a file that nothing imports, and that a recorded call leads to
    write_tree(project, {"src/shop/views.py": VIEWS.replace("json.dumps(row)", "json.dumps(row) + open(row).read()")})
    repo.run("add", "--all")
    capsys.readouterr()
    assert gate(["check", "--staged"]) == 1
    assert "builtins.open in shop.views.Views.line: newly expensive" in capsys.readouterr().out


def test_two_branches_that_record_merge(project: Path) -> None:
    repo = Repo.init(project)
    shutil.rmtree(project / ".code-path-audit")
    path = project / "baselines" / "observations.jsonl"
    assert gate(["refresh"]) == 0
    repo.commit({})
    lines = path.read_text().splitlines()
    mine = [line.replace('"count": 1}', '"count": 2}') for line in lines]
    theirs = [line.replace('"trips": 10}', '"trips": 20}').replace('"count": 1}', '"count": 3}') for line in lines]
    repo.run("checkout", "-q", "-b", "other")
    repo.commit({"baselines/observations.jsonl": "\n".join(theirs) + "\n"})
    repo.run("checkout", "-q", "main")
    repo.commit({"baselines/observations.jsonl": "\n".join(mine) + "\n"})
    assert subprocess.run(["git", "merge", "-q", "other"], cwd=project, check=False).returncode == 0
    merged = load(path)
    assert [row.hits for row in merged.runs] == [3]  # 4 and 8 runs are 12
    assert [row.trips for row in merged.loops] == [20]
    assert cli.main(["record", "--merge", str(path)]) == 0
    assert load(path) == merged
    assert len(path.read_text().splitlines()) == len(lines)


TOOL = """\
import argparse, json
def build(args):
    return json.dumps([1])
def clean(args):
    return json.dumps([])
def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    commands.add_parser("build").set_defaults(run=build)
    commands.add_parser("clean").set_defaults(run=clean)
    args = parser.parse_args()
    args.run(args)
if __name__ == "__main__":
    main()
"""


def test_an_entry_point_that_callers_say_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command by its name stands for the function that runs it, here as in a trace."""
    config = 'source = ["."]\n[actions.build]\nentry_points = ["command:build"]\n'
    write_tree(tmp_path, {"code-path-audit.toml": config, "tool.py": TOOL})
    monkeypatch.chdir(tmp_path)
    assert cli.main(["record", "--action", "build", "--", sys.executable, "tool.py", "build"]) == 0
    found = load(tmp_path / "baselines" / "observations.jsonl")
    assert [(op.function, op.callee) for op in found.ops] == [("tool.build", "json.dumps")]
