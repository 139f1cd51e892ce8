"""Streams that are closed or full: what did not arrive is no pass and no bug, and a deaf stderr changes no answer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Make = Callable[[dict[str, str]], Path]

CONFIG = '[tool.code-path-audit]\nsource = ["src"]\n[tool.code-path-audit.actions.a]\nentry_points = ["m.f"]\n'
PROJECT = {
    "pyproject.toml": CONFIG,
    "src/m.py": "def f():\n    open('x').read()\n",
}
COMMANDS = {
    "an audit": ("code_path_audit",),
    "an audit as JSON": ("code_path_audit", "--json"),
    "a graph": ("code_path_audit", "callgraph"),
    "the version": ("code_path_audit", "--version"),
    "a check": ("code_path_gate", "check"),
    "a check for GitHub": ("code_path_gate", "check", "--format", "github"),
}
STREAMS = {
    # how the shell starts it: the exit code, where the answer is 0 or 3 otherwise
    ">&-": 2,
    ">&- 2>&-": 2,
    ">/dev/full": 2,
    ">/dev/full 2>/dev/full": 2,
    "<&- >/dev/full 2>/dev/full": 2,
    "2>&-": None,
    "2>/dev/full": None,
}


def started(streams: str, words: tuple[str, ...], root: Path) -> subprocess.CompletedProcess[str]:
    """A command whose streams the shell sets up."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CODE_PATH_AUDIT_CACHE": "off"}
    command = ["sh", "-c", f'exec "$@" {streams}', "sh", sys.executable, "-m", *words]
    return subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
@pytest.mark.parametrize("streams", STREAMS)
@pytest.mark.parametrize("name", COMMANDS)
def test_the_exit_code(name: str, streams: str, make_tree: Make) -> None:
    done = started(streams, COMMANDS[name], make_tree(PROJECT))
    right = STREAMS[streams]
    assert done.returncode in ((0, 3) if right is None else (right,)), done.stderr
    assert "Traceback" not in done.stderr and "[bug]" not in done.stderr


def test_init_without_standard_input(make_tree: Make) -> None:
    done = started("<&-", ("code_path_audit", "init"), make_tree(PROJECT))
    assert (done.returncode, done.stderr.endswith("[usage]\n")) == (2, True), done.stderr
