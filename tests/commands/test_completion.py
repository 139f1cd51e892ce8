"""Shells take the scripts, which know every command and option."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from code_path_audit import cli
from code_path_audit.commands.completion import SHELLS
from code_path_gate.cli import main as gate
from tests.conftest import ROOT


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("program", ["code-path-audit", "code-path-gate"])
def test_scripts(shell: str, program: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(ROOT / part) for part in ("audit", "hooks")))
    assert cli.main(["completion", shell, *(["--gate"] if program == "code-path-gate" else [])]) == 0
    script = capsys.readouterr().out
    words = ("init", "explain", "entry") if program == "code-path-audit" else ("check", "refresh", "staged")
    assert program in script and all(word in script for word in words)
    if program == "code-path-gate":
        assert gate(["completion", shell]) == 0
        assert capsys.readouterr().out == script
    if shutil.which(shell):
        done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_another_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", "cmd"]) == 2
    assert "[usage]" in capsys.readouterr().err
