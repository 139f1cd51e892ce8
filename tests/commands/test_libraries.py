"""`code-path-audit libraries`, with an environment made of files: nothing in it is ever imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.cli import main
from tests.conftest import write_tree

METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n\ntext\n"
SITE = ".venv/lib/python3.11/site-packages"
FILES = {
    "code-path-audit.toml": 'source = ["src"]\n',
    "src/app.py": "import json, lib, fast, gone\n\ndef main():\n    lib.run(work)\n\ndef work(): ...\n",
    f"{SITE}/lib/__init__.py": "raise SystemExit('imported')\n",
    f"{SITE}/lib/core.py": "def unused(f):\n    f()\n",
    f"{SITE}/lib-1.0.dist-info/METADATA": METADATA.format("lib", "1.0"),
    f"{SITE}/lib-1.0.dist-info/RECORD": "lib/__init__.py,,\nlib/core.py,,\nlib-1.0.dist-info/METADATA,,\n",
    f"{SITE}/fast.cpython-311-x86_64-linux-gnu.so": "",
    f"{SITE}/fast-2.0.dist-info/METADATA": METADATA.format("fast", "2.0"),
    f"{SITE}/fast-2.0.dist-info/RECORD": "fast.cpython-311-x86_64-linux-gnu.so,,\n",
    f"{SITE}/other/__init__.py": "def run(f):\n    f()\n",
    f"{SITE}/other-3.0.dist-info/METADATA": METADATA.format("other", "3.0"),
    f"{SITE}/other-3.0.dist-info/RECORD": "other/__init__.py,,\n",
}
LIB = "def run(f):\n    f()\nraise SystemExit('imported')\n"
WRITTEN = """\
# What the libraries of this program do with what they are given: written by code-path-audit libraries.
by = "generator"
unread = [
  "fast: no Python source",
]

[versions]
"fast" = "==2.0"
"lib" = "==1.0"

[calls]
"lib.run" = "0:f"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_tree(tmp_path, {**FILES, f"{SITE}/lib/__init__.py": LIB})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_file_and_what_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["libraries"]) == 0
    assert (project / "baselines/libraries.toml").read_text() == WRITTEN
    assert capsys.readouterr().out == (
        "baselines/libraries.toml: 1 rows of 2 libraries; commit it with the baselines\n"
        "  not read: fast: no Python source\n"
        "  not installed: gone\n"
    )


def test_which_libraries_would_need_a_model(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(project, {
        "code-path-audit.toml": 'source = ["src"]\n[actions.main]\nentry_points = ["app:main"]\n',
        "src/app.py": "import gone, lib\n\ndef main():\n    lib.run(work)\n    gone.run(work)\n\ndef work(): ...\n",
    })  # fmt: skip
    assert main(["libraries"]) == 0
    assert "  would need a model: gone (1 guessed edge)\n" in capsys.readouterr().out


def test_what_was_written_counts(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["libraries"])
    capsys.readouterr()
    assert main(["--entry", "app:main", "--json"]) == 0
    before = capsys.readouterr().out
    (project / "baselines/libraries.toml").write_text('[nothing]\n"lib.run" = "*"\n')
    assert main(["--entry", "app:main", "--json"]) == 0
    assert '"app.work"' in before and '"app.work"' not in capsys.readouterr().out


def test_check(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["libraries", "--check"]) == 3
    assert "baselines/libraries.toml is missing" in capsys.readouterr().out
    main(["libraries"])
    capsys.readouterr()
    assert main(["libraries", "--check"]) == 0
    assert capsys.readouterr().out == "baselines/libraries.toml fits what is installed\n"
    write_tree(project, {f"{SITE}/lib-1.0.dist-info/METADATA": METADATA.format("lib", "1.1")})
    (project / f"{SITE}/fast-2.0.dist-info/METADATA").unlink()
    assert main(["libraries", "--check"]) == 3
    assert capsys.readouterr().out == (
        "baselines/libraries.toml is out of date: run code-path-audit libraries\n"
        "  lib: ==1.0, installed ==1.1\n"
        "  fast: ==2.0, no longer imported or installed\n"
    )


def test_what_cannot_be_written_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "baselines").write_text("")
    assert main(["libraries"]) == 2
    assert "[libraries-unwritable]" in capsys.readouterr().err


def test_nothing_is_written_through_a_link(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(project, {".git/HEAD": "", "elsewhere/kept": ""})
    (project / "baselines").symlink_to("elsewhere")
    assert main(["libraries"]) == 2
    assert "[write-outside]" in capsys.readouterr().err
    assert [path.name for path in (project / "elsewhere").iterdir()] == ["kept"]


@pytest.mark.parametrize("named", [".venv", SITE])
def test_an_environment_that_is_named(project: Path, named: str) -> None:
    assert main(["libraries", "--environment", named]) == 0
    assert (project / "baselines/libraries.toml").read_text() == WRITTEN


def test_no_environment(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["libraries", "--environment", "src"]) == 2
    assert "[no-environment]" in capsys.readouterr().err


def test_a_file_that_cannot_be_used_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(project, {"baselines/libraries.toml": "[cals]\n"})
    assert main(["libraries", "--check"]) == 2
    assert "unknown key cals; nearest: calls" in capsys.readouterr().err
