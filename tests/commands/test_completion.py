"""Shells take the scripts, which know every command and option, and complete with them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from code_path_audit import cli
from code_path_audit.commands.completion import SHELLS
from code_path_audit.commands.trace import SUMMARIES
from code_path_gate.cli import main as gate
from tests.conftest import ROOT

PROGRAMS = ("code-path-audit", "code-path-gate")

TYPED = {
    "code-path-audit in": "init",
    "code-path-audit completion fi": "fish",
    "code-path-audit schema obs": "observations",
    "code-path-audit report --da": "--date",
    "code-path-gate ref": "refresh",
    "code-path-gate check --sta": "--staged",
}
"""What is typed, and what a shell makes of the last word of it."""

BASH = """
complete_line() {
    COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
    "_shtab_${COMP_WORDS[0]//-/_}"
    echo "${COMPREPLY[@]}"
}
"""

ZSHRC = """
PS1='READY> '; fpath=($ZDOTDIR $fpath)
autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word
told() { print -r -- "$BUFFER" > $ZDOTDIR/told; exit }
zle -N told; bindkey '^T' told
"""

ZSH = """
zmodload zsh/zpty
zpty shell zsh -d -i
zpty -r shell shown '*READY> *'
zpty -w -n shell "$1"$'\\t\\C-t'
while zpty -r shell shown; do :; done
"""
"""A shell on a terminal: typed there, a tab, and a key that writes down what the line has become."""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """The script of each program for each shell."""
    from code_path_audit.cli import COMMANDS
    from code_path_audit.commands import trace
    from code_path_audit.commands.completion import script, whole
    from code_path_gate.cli import _parser

    parsers = {name: made for name, (made, _) in COMMANDS.items()}
    return {("code-path-audit", shell): script(whole(trace.parser(), parsers), shell) for shell in SHELLS} | {
        ("code-path-gate", shell): script(_parser(), shell) for shell in SHELLS
    }


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_scripts(shell: str, program: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(ROOT / part) for part in ("audit", "hooks")))
    assert cli.main(["completion", shell, *(["--gate"] if program == "code-path-gate" else [])]) == 0
    script = capsys.readouterr().out
    words = ("init", "explain", "entry") if program == "code-path-audit" else ("check", "refresh", "staged")
    assert program in script and all(word in script for word in words)
    if program == "code-path-gate":
        assert gate(["completion", shell]) == 0
        assert capsys.readouterr().out == script
    if shutil.which(shell) and shell != "tcsh":
        done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def in_bash(script: str, typed: str, folder: Path) -> str:
    text = f"{script}\n{BASH}\ncomplete_line '{typed}'\n"
    return subprocess.run(["bash", "--norc"], input=text, capture_output=True, text=True, check=True, cwd=folder).stdout


def in_fish(script: str, typed: str, folder: Path) -> str:
    text = f"{script}\ncomplete -C '{typed}'\n"
    env = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    command = ["fish", "--no-config"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=folder, env=env)
    return "\n".join(line.partition("\t")[0] for line in done.stdout.splitlines())


def in_zsh(script: str, typed: str, folder: Path) -> str:
    """As somebody has it who put the file into a folder of $fpath."""
    (folder / f"_{typed.partition(' ')[0]}").write_text(script)
    (folder / ".zshrc").write_text(ZSHRC)
    env = {**os.environ, "HOME": str(folder), "ZDOTDIR": str(folder), "TERM": "dumb"}
    subprocess.run(["zsh", "-f", "-c", ZSH, "zsh", typed], capture_output=True, check=False, cwd=folder, env=env)
    return (folder / "told").read_text().removeprefix(typed.rpartition(" ")[0])


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
@pytest.mark.parametrize("typed", TYPED)
def test_completed(shell: str, typed: str, scripts: dict[tuple[str, str], str], tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")
    ran = {"bash": in_bash, "fish": in_fish, "zsh": in_zsh}[shell]
    said = ran(scripts[typed.partition(" ")[0], shell], typed, tmp_path)
    assert said.split() == [TYPED[typed]]


def test_every_command_has_its_line() -> None:
    assert list(SUMMARIES) != [] and SUMMARIES.keys() == cli.COMMANDS.keys()


def test_another_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", "cmd"]) == 2
    assert "[usage]" in capsys.readouterr().err
