"""The command line as its users and other programs see it: what goes where, and with which exit code it ends."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit import cli
from code_path_audit.commands import trace
from code_path_audit.commands.callgraph import FORMATS as GRAPH_FORMATS
from code_path_audit.errors import AuditError

Make = Callable[[dict[str, str | bytes]], Path]

SHOP: dict[str, str | bytes] = {
    "pyproject.toml": """
[tool.code-path-audit]
source = ["src"]
model = "heuristic"
[tool.code-path-audit.actions.save]
entry_points = ["shop.store:Store.save"]
description = "One save"
[tool.code-path-audit.actions.load]
entry_points = ["shop.store.Store.load"]
""",
    "src/shop/__init__.py": "raise SystemExit('the audited code must never run')\n",
    "src/shop/store.py": """
import json
from pathlib import Path


class Store:
    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.rows: list[str] = []

    def save(self) -> None:
        for _ in range(3):
            self.path.write_text(encode(self.rows))

    def load(self) -> None:
        self.rows = json.loads(self.path.read_text())


def encode(rows):
    return json.dumps(rows)
""",
}


@pytest.fixture
def shop(make_tree: Make, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = make_tree(SHOP)
    monkeypatch.chdir(root)
    return root


def out(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command that succeeds writes to stdout; it writes nothing to stderr."""
    assert cli.main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def run(arguments: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "code_path_audit", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_a_summary_of_all_actions(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = out([], capsys)
    assert [line for line in text.splitlines() if line in ("load", "save")] == ["load", "save"]
    assert "\x1b" not in text


def test_one_action_as_json_is_its_profile(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = json.loads(out(["--action", "save", "--json"], capsys))
    assert profile["action"]["name"] == "save"
    assert {(op["callee"], op["amplification"]) for op in profile["expensive_ops"]} == {
        ("pathlib.Path.write_text", 3),
        ("json.dumps", 3),
    }


def test_several_actions_as_json_are_an_object_by_name(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = json.loads(out(["--json"], capsys))
    assert list(both) == ["load", "save"]
    assert both["load"] == json.loads(out(["--json", "--action", "load"], capsys))


def test_entries_without_any_configuration(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = shop / "pyproject.toml"
    config.write_text(config.read_text().replace('model = "heuristic"\n', ""))
    declared = json.loads(out(["--json", "--action", "save"], capsys))
    assert declared["model"] == "reference"
    config.unlink()
    for source in ([], ["--source", "src"], ["--source", str(shop / "src")], ["--source", "src/shop"]):
        named = json.loads(out(["--json", "--entry", "shop.store.Store.save", *source], capsys))
        assert named["expensive_ops"] == declared["expensive_ops"]
        assert named["action"]["entry_points"] == ["shop.store.Store.save"]


def test_a_source_outside_of_the_working_directory(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    text = out(["--json", "--entry", "shop.store:Store.save", "--source", "../project/src"], capsys)
    assert {op["file"] for op in json.loads(text)["expensive_ops"]} == {"shop/store.py"}


@pytest.mark.parametrize(
    ("depth", "functions", "cut"),
    [("0", ["shop.store.Store.save"], 1), ("1", ["shop.store.Store.save", "shop.store.encode"], 0)],
)
def test_depth(shop: Path, capsys: pytest.CaptureFixture[str], depth: str, functions: list[str], cut: int) -> None:
    profile = json.loads(out(["--json", "--action", "save", "--depth", depth], capsys))
    assert [node["fqname"] for node in profile["call_graph"]["nodes"]] == functions
    assert profile["cut_by_depth"] == cut


def test_all_calls_are_followed_without_a_depth(
    make_tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chain = "".join(f"def f{number}():\n    f{number + 1}()\n\n" for number in range(50))
    root = make_tree({"app.py": f"import json\n\n{chain}def f50():\n    json.loads('1')\n"})
    monkeypatch.chdir(root)
    profile = json.loads(out(["--json", "--entry", "app.f0"], capsys))
    assert (profile["max_depth"], profile["cut_by_depth"], len(profile["call_graph"]["nodes"])) == (None, 0, 51)
    assert "41 functions more than 9 calls deep not followed: app.f10, app.f11, 39 more\n" in out(
        ["--entry", "app.f0", "--depth", "9"], capsys
    )


GUESSED: dict[str, str | bytes] = {
    "app.py": """
import json


class Reader:
    def read_everything(self):
        return json.loads("1")


def main(thing):
    Reader()
    thing.read_everything()
"""
}


def test_what_is_only_possible_is_told_and_can_be_asked_for(
    make_tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_tree(GUESSED))
    plain = out(["--entry", "app.main"], capsys)
    assert "load 0 ns; 0 ops" in plain
    assert "  ! 1 more call is only possible: --evidence possible follows it\n" in plain
    asked = out(["--entry", "app.main", "--evidence", "possible"], capsys)
    assert "load 0 ns; 1 op" in asked
    assert "json.loads??" in asked
    assert "  ! ?? only possible: in no load\n" in asked
    profile = json.loads(out(["--json", "--entry", "app.main", "--evidence", "possible"], capsys))
    assert [(op["evidence"], op["path_evidence"]) for op in profile["expensive_ops"]] == [
        ("possible", ["possible", "certain"])
    ]
    counted = json.loads(out(["callgraph", "--source", "."], capsys))
    graph = json.loads(out(["callgraph", "--source", ".", "--evidence", "possible"], capsys))
    assert (counted["possible_calls"], graph["possible_calls"]) == (1, 0)
    assert [edge["callee"] for edge in graph["edges"] if edge["evidence"] == "possible"] == [
        "app.Reader.read_everything"
    ]
    assert out(["explain", profile["expensive_ops"][0]["id"], "--entry", "app.main", "--evidence", "possible"], capsys)


def test_markdown_and_mermaid(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    markdown = out(["--markdown"], capsys)
    assert [line for line in markdown.splitlines() if line.startswith("# ")] != []
    assert out(["--mermaid", "--action", "load"], capsys).startswith("flowchart")


def test_mermaid_shows_one_action(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--mermaid"]) == 2
    assert capsys.readouterr() == (
        "",
        "code-path-audit: error: a flowchart shows one action (--mermaid)."
        " Add --action, one of: load, save. [one-action]\n",
    )


def test_callgraph_as_pycg_writes_it(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = json.loads(out(["callgraph", "--source", "src", "--format", "pycg"], capsys))
    assert graph["shop.store.Store.save"] == ["<builtin>.range", "pathlib.Path.write_text", "shop.store.encode"]
    assert graph["shop.store.encode"] == ["json.dumps"]
    assert {callee for callees in graph.values() for callee in callees} <= set(graph)


@pytest.mark.parametrize("source", [[], ["--source", "src"]])
def test_callgraph_from_files(shop: Path, capsys: pytest.CaptureFixture[str], source: list[str]) -> None:
    (shop / "src" / "main.py").write_text("from shop.store import encode\nencode([])\n")
    graph = json.loads(out(["callgraph", "--format", "pycg", *source, "src/main.py"], capsys))
    assert "shop.store.encode" in graph["main"]
    assert "shop.store.Store.save" not in graph


@pytest.mark.parametrize("form", GRAPH_FORMATS)
def test_callgraph_formats(shop: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert "shop.store.encode" in out(["callgraph", "--format", form], capsys).replace("#46;", ".")


def test_explain(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = json.loads(out(["--json", "--action", "save"], capsys))
    (op,) = [op for op in profile["expensive_ops"] if op["callee"] == "json.dumps"]
    text = out(["explain", op["id"]], capsys)
    assert text.splitlines()[0] == f"{op['id']} json.dumps"
    assert re.search(r"^  where +shop\.store\.encode \(src/shop/store\.py:20:", text, re.MULTILINE)
    assert re.search(r"^  path +shop\.store\.Store\.save\n +-> shop\.store\.encode$", text, re.MULTILINE)
    assert out(["explain", op["id"][:6]], capsys) == text


def test_report(shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    folder = Path("docs/reports/code_path_audit/2023-11-14")
    paths = out(["report"], capsys).splitlines()
    assert paths == sorted(str(path) for path in folder.rglob("*") if path.is_file())
    assert {Path(path).relative_to(folder).as_posix() for path in paths} == {
        *(f"actions/{name}.{kind}" for name in ("load", "save") for kind in ("json", "md", "mmd")),
        *("call_graph.json", "expensive_ops.json", "state_mutations.json"),
        *("summary.md", "optimization_candidates.md", "index.html"),
    }
    assert json.loads((folder / "actions/save.json").read_text())["action"]["name"] == "save"


def test_report_into_the_folder_of_the_configuration(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (shop / "pyproject.toml").open("a") as file:
        file.write('[tool.code-path-audit.gate]\nreports = "site/costs"\n')
    paths = out(["report", "--date", "2024-02-29"], capsys).splitlines()
    assert paths and all(path.startswith(os.path.join("site", "costs", "2024-02-29", "")) for path in paths)
    (shop / "pyproject.toml").write_text((shop / "pyproject.toml").read_text().replace("site/costs", "../costs"))
    assert cli.main(["report", "--date", "2024-02-29"]) == 2
    assert "gate.reports" in capsys.readouterr().err and not (shop.parent / "costs").exists()


def test_report_elsewhere(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = out(["report", "--date", "2024-02-29", "--output", "out"], capsys).splitlines()
    assert paths and all(path.startswith(f"out{os.sep}2024-02-29{os.sep}") for path in paths)
    assert not (shop / "docs").exists()


def test_the_same_source_gives_the_same_bytes(shop: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "another" / "checkout"
    shutil.copytree(shop, copy)
    for arguments in (["--json"], ["--markdown"], [], ["callgraph"]):
        first = run(arguments, shop, PYTHONHASHSEED="1")
        second = run(arguments, copy, PYTHONHASHSEED="2", COLUMNS="77", TZ="Asia/Tokyo")
        assert (first.returncode, first.stderr) == (0, "")
        assert first.stdout == second.stdout


def test_help_lists_every_command() -> None:
    listed = re.findall(r"(?m)^  ([a-z]+) +\S", trace.parser().epilog or "")
    assert sorted(listed) == sorted(cli.COMMANDS)


def test_version() -> None:
    done = run(["--version"], Path.cwd())
    assert re.fullmatch(r"code-path-audit (\d+\.\d+\.\d+\S*|\(not installed\))\n", done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal here")
@pytest.mark.parametrize(
    ("environment", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_color_is_for_terminals(shop: Path, environment: dict[str, str], colored: bool) -> None:
    import pty

    plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "code_path_audit"],
        stdout=theirs,
        stderr=subprocess.PIPE,
        env={**plain, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 4096):
            seen += chunk
    except OSError:  # how a pseudo-terminal says that the other end is gone
        pass
    os.close(ours)
    assert process.communicate()[1] == b""
    assert process.returncode == 0
    assert (b"\x1b[" in seen) is colored


def test_a_reader_that_leaves_early(shop: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "code_path_audit", "callgraph"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
def test_a_full_disk(shop: Path) -> None:
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "code_path_audit"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert process.stderr == (
        "code-path-audit: error: cannot write the output: No space left on device (stdout). [output]\n"
    )
    assert process.returncode == 2


def test_an_encoding_that_lacks_a_character(shop: Path) -> None:
    (shop / "src/shop/store.py").write_text("def größe():\n    open('x').read()\n", encoding="utf-8")
    done = run(["--entry", "shop.store.größe", "--source", "src"], shop, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "gr\\xf6\\xdfe" in done.stdout


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (AuditError("usage", "wrong", "here", "Do."), 2, "error: wrong (here). Do. [usage]"),
        (AuditError("usage", "late", exit_code=3), 3, "error: late. [usage]"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (
            ZeroDivisionError("by\nzero"),
            101,
            "error: a bug of ours: ZeroDivisionError: by\\nzero. Please report it, with what you ran;"
            " CODE_PATH_AUDIT_DEBUG=1 shows where it happened. [bug]",
        ),
        (RecursionError("deep"), 101, "error: a bug of ours: RecursionError: deep."),
    ],
)
def test_each_end_has_its_exit_code(
    error: BaseException,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: argparse.Namespace) -> str:
        raise error

    monkeypatch.setitem(cli.COMMANDS, "fail", (cli.COMMANDS["report"][0], fail))
    assert cli.main(["fail"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"code-path-audit: {told}")
    assert "Traceback" not in captured.err
    monkeypatch.setenv(cli.DEBUG, "1")
    cli.main(["fail"])
    assert ("Traceback" in capsys.readouterr().err) is (code == 101)
