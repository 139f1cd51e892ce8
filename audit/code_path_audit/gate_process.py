"""The gate as the other program that it is: the engine does not import it, and runs it where a command needs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from code_path_audit.errors import EXIT_ERROR
from code_path_audit.processes import ends_with_us


class Answer(NamedTuple):
    """What the gate said: its exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """Why it could not do its work: its last line on stderr, without what says that it is the gate's."""
        last = (self.err.strip().splitlines() or ["the gate said nothing"])[-1]
        return last.removeprefix("code-path-gate: ").removeprefix("error: ")


def run_gate(arguments: Sequence[str], folder: Path) -> Answer:
    """Run one command of the gate in a folder, with this interpreter."""
    # -P: the folder's own modules are not to be imported in the place of ours or of the standard library's
    command = [sys.executable, "-P", "-m", "code_path_gate", *arguments]
    try:
        gate = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", errors="replace",
        )  # fmt: skip
    except OSError as error:
        return Answer(EXIT_ERROR, "", f"{sys.executable} cannot be started: {error.strerror}")
    with gate, ends_with_us(gate):
        out, err = gate.communicate()
    return Answer(gate.returncode, out, err)
