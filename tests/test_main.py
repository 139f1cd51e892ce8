"""An audit that is repeated: what it depends on is a row, and whatever is answered is what a trace says."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit import main
from code_path_audit.replay import record, said
from tests.conftest import write_tree

CONFIG = """\
[tool.code-path-audit]
source = ["src"]
rule_files = ["rules.toml"]

[tool.code-path-audit.actions.save]
entry_points = ["app.main"]
"""
FILES = {
    "pyproject.toml": CONFIG,
    "rules.toml": "",
    "src/app.py": "from pathlib import Path\ndef main():\n    return Path('data.json').read_text()\n",
    "src/far.py": "def f(): pass\n",
    "src/shop/__init__.py": "",
    "src/broken.py": "def f(:\n",
    "data.json": "[]",
}
FAR = 4_102_444_800 * 10**9

Change = Callable[[Path], object]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CODE_PATH_AUDIT_CACHE", str(tmp_path / "cache"))
    root = write_tree(tmp_path / "project", FILES)
    monkeypatch.chdir(root)
    # nothing is too fresh to be kept
    monkeypatch.setattr(record, "RACE", -FAR)
    monkeypatch.setattr(record, "COARSE_RACE", -FAR)
    return root


def ran(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main.main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def is_known(*arguments: str) -> bool:
    return main.replayed(arguments, main.key_of(arguments)) is not None


WORDS = [(), ("--json",), ("--markdown", "--action", "save"), ("--depth=3",), ("--workers", "1")]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_the_second_time_says_the_same(project: Path, capsys: Capture, words: tuple[str, ...]) -> None:
    first = ran(capsys, *words)
    assert first[0] == 0
    assert "skipped src/broken.py" in first[2]
    assert is_known(*words)
    assert ran(capsys, *words) == first


@pytest.mark.parametrize("text", ["plain", "Ünïcode", "\ud700 of Hangul", "half \ud83d of a pair"])
@pytest.mark.parametrize("as_view", [False, True])
def test_an_answer_is_said_as_it_was(text: str, as_view: bool) -> None:
    """Whether it is bytes or a view of a record, and whatever half characters do to the encoding of stdout."""
    data = text.encode("utf-8", "surrogatepass")
    shown = text.encode("utf-8", "backslashreplace")
    raw = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(raw):
        assert said("code-path-audit", 0, memoryview(data) if as_view else data, plain=b"\xed" not in data) == 0
    assert raw.buffer.getvalue() == shown


def test_into_a_text(project: Path, capsys: Capture) -> None:
    """Of a program that calls it, and has put something else there."""
    first = ran(capsys)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert is_known()
        assert main.main([]) == 0
    assert out.getvalue() == first[1]


def test_one_op(project: Path, capsys: Capture) -> None:
    op = json.loads(ran(capsys, "--json")[1])["expensive_ops"][0]["id"]
    first = ran(capsys, "explain", op)
    assert first[0] == 0
    assert is_known("explain", op)
    assert ran(capsys, "explain", op) == first


def write(path: str, text: str) -> Change:
    return lambda root: write_tree(root, {path: text})


CHANGES: dict[str, Change] = {
    "a file that is reached": write("src/app.py", "def main(): pass\n"),
    "its layout": write("src/app.py", "\n" + FILES["src/app.py"]),
    "a file that is not": write("src/far.py", "def f(): return 1\n"),
    "a file that is skipped": write("src/broken.py", ""),
    "one more": write("src/more.py", ""),
    "one less": lambda root: (root / "src/far.py").unlink(),
    "rules": write("rules.toml", "# more\n"),
    "the configuration": write("pyproject.toml", CONFIG + "# more\n"),
    "another configuration": write("code-path-audit.toml", ""),
    "a file whose size counts": write("data.json", "[1, 2, 3]"),
    "recordings": write("baselines/observations.jsonl", ""),
    "entry points": write("setup.cfg", ""),
    "a link in the source": lambda root: (root / "src/link.py").symlink_to("far.py"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_matters(project: Path, capsys: Capture, name: str) -> None:
    ran(capsys)
    assert is_known()
    CHANGES[name](project)
    assert not is_known()
    assert ran(capsys) == alone(capsys)


HARMLESS: dict[str, Change] = {
    "nothing": lambda root: None,
    "a file outside": write("docs/page.md", "x"),
    "it is read": lambda root: (root / "src/app.py").read_text(),
    "what Python compiles": write("src/shop/__pycache__/far.pyc", "x"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_not(project: Path, capsys: Capture, name: str) -> None:
    first = ran(capsys)
    HARMLESS[name](project)
    assert is_known()
    assert ran(capsys) == first == alone(capsys)


def alone(capsys: Capture) -> tuple[int, str, str]:
    """What is said where nothing is kept."""
    return ran(capsys, "--cache-dir", "off")


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("COLUMNS", "40"), ("CODE_PATH_AUDIT_CACHE", "off")])
def test_the_environment(
    project: Path, capsys: Capture, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(capsys)
    monkeypatch.setenv(name, value)
    assert not is_known()


@pytest.mark.parametrize(
    "words",
    [("--entry", "app.main"), ("--entry", "app.main", "--source", "src"), ("report",), ("callgraph",), ("--help",),
     ("--executor", "tcp://x")],
    ids=" ".join,
)  # fmt: skip
def test_what_is_never_kept(words: tuple[str, ...]) -> None:
    assert main.key_of(words) == b""


def test_what_fails_is_not_kept(project: Path, capsys: Capture) -> None:
    write("src/app.py", "def other(): pass\n")(project)
    assert ran(capsys)[0] == 2
    assert not is_known()


def test_without_a_configuration_nothing_is_kept(project: Path, capsys: Capture) -> None:
    (project / "pyproject.toml").unlink()
    assert ran(capsys)[0] == 2
    assert not is_known()


def test_what_has_just_changed_is_not_kept(project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "RACE", FAR)
    monkeypatch.setattr(record, "COARSE_RACE", FAR)
    ran(capsys)
    assert not is_known()


def test_from_another_folder(project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that is nearer would count, so it is another question."""
    first = ran(capsys)
    monkeypatch.chdir(project / "src")
    assert not is_known()
    assert ran(capsys)[1] == first[1]
    assert is_known()
    write("src/pyproject.toml", CONFIG.replace('["src"]', '["."]').replace("save", "other"))(project)
    assert not is_known()


def test_a_process_of_its_own(project: Path, tmp_path: Path) -> None:
    """As pip installs it; a reader that has gone is no error of ours."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "code_path_audit", "--json"]
    deadline = time.monotonic() + 60
    said: set[tuple[int, str, str]] = set()
    # what was written here a moment ago is not kept at first
    while time.monotonic() < deadline:
        done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
        said.add((done.returncode, done.stdout, done.stderr))
        if any((tmp_path / "cache").glob("*.single")):
            break
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    said.add((done.returncode, done.stdout, done.stderr))
    assert len(said) == 1
    with open(os.devnull, "rb") as nothing:
        full = subprocess.run(command, cwd=project, env=env, stdout=nothing, stderr=subprocess.PIPE, check=False)
    assert full.returncode == 2
    assert b"cannot write the output" in full.stderr
