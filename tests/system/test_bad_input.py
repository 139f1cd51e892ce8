"""Bad input from a user's side: one message that says what, where and what to do; exit code 2; nothing written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit import cli

Make = Callable[[dict[str, str | bytes]], Path]

CONFIG = """
source = ["src"]
[actions.save]
entry_points = ["shop.save"]
"""
SHOP = """
import json

def save(rows):
    with open("rows.json", "w") as file:
        json.dump(rows, file)
"""
GOOD: dict[str, str | bytes] = {"code-path-audit.toml": CONFIG, "src/shop.py": SHOP}

needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not hold for this user"
)


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and os.access(path, os.R_OK)
    }


def fails(root: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """Runs in `root`, checks everything that holds for all bad input, and returns the message."""
    monkeypatch.chdir(root)
    before = snapshot(root)
    empty = [path for path in root.rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert snapshot(root) == before
    assert [path for path in root.rglob("*") if path.is_dir() and not any(path.iterdir())] == empty
    message = err.splitlines()[-1]
    assert re.fullmatch(r"code-path-audit: error: .* \[[a-z-]+\]", message)
    assert "Traceback" not in err
    return message.removeprefix("code-path-audit: error: ").replace(str(root) + os.sep, "")


@pytest.mark.parametrize("command", [[], ["--json"], ["report"], ["explain", "abcd"]])
@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {**GOOD, "code-path-audit.toml": CONFIG.replace("src", "lib")},
            "there is no such source root (lib). Set `source` to the folder that holds your modules. [source-missing]",
        ),
        (
            {"code-path-audit.toml": CONFIG, "src/": ""},
            "no Python file to audit (src). Set `source` to the folder that holds your modules. [no-files]",
        ),
        (
            {**GOOD, "code-path-audit.toml": 'source = ["src"]'},
            "no action is declared (code-path-audit.toml). Add a table [tool.code-path-audit.actions.NAME] with"
            " entry_points, or name one with --entry FQNAME. [no-actions]",
        ),
        (
            {**GOOD, "code-path-audit.toml": CONFIG.replace("entry_points", "entrypoints")},
            "unknown key 'entrypoints'; nearest: entry_points (code-path-audit.toml: actions.save)."
            " Known keys: description, entry_points, imports. [config-unknown-key]",
        ),
        (
            {**GOOD, "code-path-audit.toml": "source = ["},
            "not valid TOML: Invalid value (at end of document) (code-path-audit.toml). Correct the file."
            " [config-syntax]",
        ),
    ],
)
def test_what_every_command_refuses(
    make_tree: Make,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    files: dict[str, str | bytes],
    message: str,
    command: list[str],
) -> None:
    assert fails(make_tree(files), command, monkeypatch, capsys) == message


@pytest.mark.parametrize(
    ("arguments", "slug", "says"),
    [
        (["--action", "sav"], "unknown-action", "no action is called 'sav'; nearest: save"),
        (["--entry", "shop.sav", "--source", "src"], "unknown-entry-point", "shop.save"),
        (["--entry", "shop.save", "--source", "nowhere"], "source-missing", "nowhere"),
        (["--source", "src"], "usage", "--source goes with --entry"),
        (["--depth", "-1"], "usage", "0 or more, found '-1'"),
        (["--depth", "many"], "usage", "0 or more, found 'many'"),
        (["--json", "--markdown"], "usage", "not allowed with"),
        (["--jsn"], "usage", "unrecognized arguments: --jsn"),
        (["repot"], "usage", "no command is called 'repot'; nearest: report"),
        (["explain"], "usage", "OP_ID"),
        (["schema"], "usage", "required: NAME; NAME is one of configuration, pyproject, observations"),
        (["completion"], "usage", "required: SHELL; SHELL is one of bash, zsh, fish, tcsh"),
        (["explain", "zzzz"], "unknown-op", "'zzzz'"),
        (["callgraph", "--format", "xml"], "usage", "invalid choice: 'xml'"),
        (["callgraph", "nowhere.py"], "file-missing", "nowhere.py"),
        (["callgraph", "--source", "src", "elsewhere.py"], "file-not-in-source", "elsewhere.py"),
        (["report", "--date", "yesterday"], "report-date", "yesterday"),
        (["report", "--date", ""], "usage", "expected a text that is not empty"),
        (["report", "--output", ""], "usage", "expected a text that is not empty"),
        (["--action", ""], "usage", "expected a text that is not empty"),
        (["prune", "--action", ""], "usage", "expected a text that is not empty"),
        (["calibrate", "--output", ""], "usage", "argument --output: expected a text that is not empty"),
        (["callgraph", "--source", ""], "usage", "argument --source: expected a text that is not empty"),
        (["libraries", "--environment", " "], "usage", "argument --environment: expected a text that is not empty"),
        (["--cache-dir", ""], "usage", "argument --cache-dir: expected a text that is not empty"),
        (["--executor", ""], "usage", "argument --executor: expected a text that is not empty"),
        (["record", "--merge", "code-path-audit.toml", ""], "usage", "argument --merge: expected a text that is not"),
        (["--workers", "0"], "usage", "a number of processes from 1 to 1000, found '0'"),
        (["record", "--action", "save", "--", "/nowhere/x"], "record-command", "does not start"),
        (["record", "--output", "", "--action", "save", "--", sys.executable, "-V"], "usage", "argument --output: exp"),
        (["record", "--output", "src", "--merge", "code-path-audit.toml"], "usage", "found a folder (src)"),
        (["record", "--action", "save", "--", sys.executable, "-c", ""], "record-never-ran", "'save' never ran"),
        (
            ["record", "--output", "code-path-audit.toml", "--action", "save", "--", "/nowhere/x"],
            "observations-corrupt",
            "",
        ),
        (
            ["record", "--output", "code-path-audit.toml/x", "--action", "save", "--", "/nowhere/x"],
            "observations-unwritable",
            "code-path-audit.toml cannot be written to",
        ),
        (["calibrate", "--output", "src"], "calibrate-unwritable", "a folder is there"),
        (["calibrate", "--output", "code-path-audit.toml"], "calibrate-unwritable", "something is there that is none"),
        (["calibrate", "--output", "src/shop.py"], "calibrate-unwritable", "something is there that is none"),
        (["calibrate", "--output", os.devnull], "calibrate-unwritable", ""),
        (["--entry", "shop\x1b[31m", "--source", "src"], "unknown-entry-point", "shop\\x1b[31m"),
    ],
)
def test_bad_arguments(
    make_tree: Make,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    slug: str,
    says: str,
) -> None:
    message = fails(make_tree({**GOOD, "elsewhere.py": ""}), arguments, monkeypatch, capsys)
    assert says in message
    assert message.endswith(f"[{slug}]")


def test_no_configuration(make_tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_tree({"src/shop.py": SHOP})
    for arguments in ([], ["report"], ["explain", "abcd"], ["mcp"]):
        message = fails(root, arguments, monkeypatch, capsys)
        assert "Run code-path-audit init" in message and message.endswith("[config-missing]")


def test_a_syntax_error_in_a_reachable_file(
    make_tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = "import rows\n" + SHOP + "    rows.count()\n"
    root = make_tree({**GOOD, "src/shop.py": shop, "src/rows.py": "def count(:\n"})
    message = fails(root, [], monkeypatch, capsys)
    assert "src/rows.py:1" in message


SKIPPED: dict[str, tuple[str, bytes, str]] = {
    "syntax": ("src/other.py", b"def f(:\n", "skipped src/other.py:1: "),
    "binary": ("src/other.py", b"\x7fELF\0\0\0", "skipped src/other.py: a binary file: it holds NUL bytes"),
    "encoding": ("src/other.py", b"# coding: nonsense\n", "skipped src/other.py"),
    "bytes": ("src/other.py", b"x = '\xff'\n", "skipped src/other.py"),
    "nested": ("src/other.py", b"x = " + b"(" * 50_000 + b")" * 50_000, "skipped src/other.py"),
}


@pytest.mark.parametrize("case", SKIPPED)
def test_files_that_no_action_reaches_are_skipped_by_name(
    make_tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    path, data, note = SKIPPED[case]
    monkeypatch.chdir(make_tree({**GOOD, path: data}))
    assert cli.main([]) == 0
    out, err = capsys.readouterr()
    assert err.startswith(f"code-path-audit: {note}")
    assert "save" in out


def test_a_symlink_loop(make_tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_tree(GOOD)
    (root / "src" / "loop").symlink_to(".")
    monkeypatch.chdir(root)
    assert cli.main([]) == 0
    assert capsys.readouterr().err == "code-path-audit: skipped src/loop: symlink loop\n"


@needs_permissions
def test_a_folder_without_permission(
    make_tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_tree({**GOOD, "src/secret/a.py": ""})
    (root / "src" / "secret").chmod(0)
    monkeypatch.chdir(root)
    try:
        assert cli.main([]) == 0
    finally:
        (root / "src" / "secret").chmod(0o700)
    assert capsys.readouterr().err == "code-path-audit: skipped src/secret: cannot be read: Permission denied\n"


def test_a_report_that_cannot_be_written_leaves_nothing(
    make_tree: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_tree({**GOOD, "taken": "a file"})
    assert fails(root, ["report", "--output", "taken"], monkeypatch, capsys).endswith("[report-not-written]")


@pytest.mark.parametrize("program", ["code_path_audit", "code_path_gate"])
def test_python_m_imports_nothing_from_the_working_folder(program: str, make_tree: Make) -> None:
    evil = "open('CANARY', 'w')\n"
    names = ("json", "argparse", "tomllib", "typing", "hashlib", "subprocess", "typeshed_client")
    root = make_tree({**GOOD, **{f"{name}.py": evil for name in names}, "rich/__init__.py": evil})
    done = subprocess.run([sys.executable, "-m", program, "--help"], cwd=root, capture_output=True, check=False)
    assert (done.returncode, b"usage" in done.stdout.lower()) == (0, True)
    subprocess.run([sys.executable, "-m", program, "refresh"], cwd=root, capture_output=True, check=False)
    assert not (root / "CANARY").exists()


@pytest.mark.parametrize("program", ["code_path_audit", "code_path_gate"])
@pytest.mark.parametrize(
    "arguments", [["check"], ["refresh"], ["report"], ["schema", "baseline"], ["--json"], ["init"]]
)
def test_a_working_folder_that_is_deleted_is_no_bug(program: str, arguments: list[str], tmp_path: Path) -> None:
    code = "import os, runpy, sys; os.rmdir(os.getcwd()); runpy.run_module(sys.argv.pop(1), run_name='__main__')"
    (tmp_path / "gone").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, program, *arguments],
        cwd=tmp_path / "gone",
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode in (0, 2), done.stderr
    assert "[bug]" not in done.stderr and "Traceback" not in done.stderr
