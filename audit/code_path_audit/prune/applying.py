"""A patch in the work tree: refused where something else was changed there, and taken back where it does not hold."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from code_path_audit import git_program
from code_path_audit.errors import AuditError
from code_path_audit.processes import ends_with_us, listen, undisturbed
from code_path_audit.runtime.observations import mean
from code_path_audit.runtime.observations_file import load, write_whole
from code_path_audit.sources.worktree import content_key


def require_clean(root: Path, paths: Iterable[str]) -> None:
    """AuditError `prune-changed` where a file is not as git has it, in HEAD and in the index; git runs no filters for
    that, so a repository whose files differ from their blobs by line ends is refused."""
    changed = [path for path in sorted(paths) if not is_committed(root, path)]
    if changed:
        raise AuditError(
            "prune-changed", f"the work tree is not as committed in {', '.join(changed)}", str(root),
            "Commit or stash the changes first, or use --diff and apply the patch yourself.",
        )  # fmt: skip


def is_committed(root: Path, path: str) -> bool:
    """Whether a file is the same in the work tree, the index and HEAD. AuditError `git-missing`."""
    git = git_program.found("git", os.environ, root)
    if git is None:
        raise AuditError("git-missing", git_program.MISSING, todo="Use --diff and apply the patch yourself.")
    command = [git, *git_program.OPTIONS, "rev-parse", "--verify", "--quiet"]
    env = git_program.environment(os.environ, root)
    try:
        blobs = {
            subprocess.run(
                [*command, name], cwd=root, env=env, capture_output=True, text=True, check=False
            ).stdout.strip()
            for name in (f"HEAD:./{path}", f":0:./{path}")
        }
    except OSError:
        return False
    return blobs == {content_key((root / path).read_bytes())}


class Written:
    """Files of a patch while they are in the work tree; left by an exception, and where the process is asked to end,
    they are as they were."""

    def __init__(self, root: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
        self.root, self.before, self.after = root, before, after
        self.handlers: dict[int, Any] = {}

    def __enter__(self) -> Written:
        self.handlers = listen()
        try:
            self.put(self.after)
        except BaseException:
            self.take_back()
            self.listen_no_more()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.take_back()
        self.listen_no_more()

    def listen_no_more(self) -> None:
        """Signals do again what they did before."""
        for number, handler in self.handlers.items():
            signal.signal(number, handler)
        self.handlers = {}

    def put(self, texts: Mapping[str, bytes]) -> None:
        """Write each file as a whole, with the mode that it has."""
        for path, data in texts.items():
            full = self.root / path
            mode = full.stat().st_mode & 0o777
            write_whole(full, data, slug="prune-unwritable", what="the patch")
            full.chmod(mode)

    def take_back(self) -> None:
        """The files as they were."""
        with undisturbed():
            for path, data in self.before.items():
                with suppress(AuditError, OSError):
                    if (self.root / path).read_bytes() != data:
                        self.put({path: data})


def ran(root: Path, command: str | list[str]) -> subprocess.CompletedProcess[str]:
    """A command, or a line of the shell, that has come to its end, and what it said in whatever encoding."""
    # a group of its own: what a shell has started ends with it
    with (
        subprocess.Popen(
            command,
            cwd=root,
            shell=isinstance(command, str),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as process,
        ends_with_us(process, group=True),
    ):
        out, err = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def verified(root: Path, command: str) -> str:
    """What is wrong where the project's tests fail; "" where they pass."""
    done = ran(root, command)
    if not done.returncode:
        return ""
    lines = (done.stdout + done.stderr).strip().splitlines()
    return f"exit code {done.returncode}{f': {lines[-1][:200]}' if lines else ''}"


TIMES = 3
"""Recordings before and after: a single one may have waited for something else on the machine."""


@dataclass(frozen=True)
class Measured:
    """Nanoseconds that the ops of an action took in one run of it, of each recording, or those of the command, in order
    of size."""

    times: tuple[int, ...]

    @property
    def fastest(self) -> int:
        """What it takes where nothing else is in the way."""
        return self.times[0]

    def is_faster_than(self, other: Measured) -> bool:
        """Whether more than half of the recordings took less than each of the others: a smaller difference is what
        recordings of the same program differ by."""
        return self.times[len(self.times) // 2] < other.fastest


def measured(root: Path, action: str, command: str) -> Measured:
    """What a few recordings of an action took. AuditError `prune-measure`."""
    return Measured(tuple(sorted(recorded(root, action, command) for _ in range(TIMES))))


def waited_for(root: Path, action: str, command: str) -> Measured:
    """How long a command takes that runs an action, a few times: what is waited for side by side takes each of its ops
    as long as before. AuditError `prune-measure` where the action does not run in it."""
    recorded(root, action, command)
    return Measured(tuple(sorted(took(root, command) for _ in range(TIMES))))


def took(root: Path, command: str) -> int:
    """Nanoseconds from the start of a command to its end."""
    began = time.perf_counter_ns()
    done = ran(root, command)
    if done.returncode:
        raise AuditError("prune-measure", f"{command} ends with {done.returncode}", todo="Try the command alone.")
    return time.perf_counter_ns() - began


def said_last(lines: Sequence[str]) -> str:
    """The last line of a complaint, without who complains."""
    return lines[-1].removeprefix("code-path-audit: error: ")[:400]


def recorded(root: Path, action: str, command: str) -> int:
    """Nanoseconds of one recording."""
    with TemporaryDirectory(prefix="code-path-audit-") as folder:
        output = Path(folder, "observations.jsonl")
        done = ran(root, [
            sys.executable, "-P", "-m", "code_path_audit", "record", "--action", action, "--pass", "times",
            "--output", str(output), "--", "sh", "-c", command,
        ])  # fmt: skip
        if done.returncode or not output.is_file():
            lines = done.stderr.strip().splitlines()
            raise AuditError(
                "prune-measure", f"{action} cannot be recorded{f': {said_last(lines)}' if lines else ''}",
                todo="Try the command with code-path-audit record.",
            )  # fmt: skip
        seen = load(output)
    runs = next((1 << row.hits for row in seen.runs if row.action == action), 1)
    total = sum((mean(row.ns) or 0.0) * (1 << row.hits) for row in seen.ops if row.action == action)
    return round(total / runs)
