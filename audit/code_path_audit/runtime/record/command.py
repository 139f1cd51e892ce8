"""Runs a command with the recorder in every Python of it, once for each pass, and reads what they left behind."""

from __future__ import annotations

import marshal
import os
import py_compile
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from code_path_audit.costs.tables import RuleTable
from code_path_audit.errors import AuditError
from code_path_audit.processes import ends_with_us
from code_path_audit.runtime.record.op_table import op_table
from code_path_audit.runtime.record.raw import Recording, read_recording
from code_path_audit.sources.writing import no_folder_left, require_plain_way

PASSES = ("times", "edges")
FOLDER = ".code-path-audit/recordings"
STARTUP = Path(__file__).parent / "startup"
AGENT = STARTUP.parent / "code_path_audit_agent"
VARIABLE = "CODE_PATH_AUDIT_RECORD"
LAST_LINE = b"('end',)\n"
LEFT_BEHIND = 5.0
"""Seconds to wait for processes that outlive the command. multiprocessing's resource tracker needs a few milliseconds;
a daemon never ends."""


class Root(NamedTuple):
    """Where modules are: an absolute folder, what its paths begin with in the project, and the one package meant, or
    ""."""

    folder: str
    prefix: str
    package: str = ""


class Request(NamedTuple):
    """What to record. `entries` are fqnames; `tables` hold a user's rules, `callees` more ops: (dotted name, cost
    class)."""

    action: str
    entries: tuple[str, ...]
    roots: tuple[Root, ...]
    command: tuple[str, ...]
    folder: Path
    passes: tuple[str, ...] = PASSES
    callees: tuple[tuple[str, str], ...] = ()
    tables: tuple[RuleTable, ...] = ()


class Recorded(NamedTuple):
    """`exits` are the exit codes of the command, one for each pass; `folder` holds the raw files."""

    recording: Recording
    exits: tuple[int, ...]
    folder: Path


def roots_of(project: Path, source: tuple[str, ...]) -> tuple[Root, ...]:
    """The source roots of a configuration. One that is a package itself keeps its name, as in `sources.discover`."""
    roots = []
    top = os.path.realpath(project)
    for name in source:
        folder = os.path.normpath(os.path.join(top, name))
        package = ""
        if folder.endswith(".py") and os.path.isfile(folder):
            folder, package = os.path.split(folder)
            package = package.removesuffix(".py")
        while folder != top and os.path.isfile(os.path.join(folder, "__init__.py")):
            folder, package = os.path.split(folder)
        relative = os.path.relpath(folder, top)
        roots.append(Root(folder, "" if relative == "." else relative.replace(os.sep, "/") + "/", package))
    return tuple(roots)


def agent_config(request: Request, mode: str, folder: Path) -> bytes:
    """What the agent reads: marshalled, since that needs no import; every Python reads this version of the format."""
    return marshal.dumps(
        {
            "mode": mode,
            "folder": str(folder),
            "action": request.action,
            "entries": list(request.entries),
            "roots": [tuple(root) for root in request.roots],
            "ops": op_table(request.tables, request.callees),
        },
        2,
    )


def session_folder(folder: Path, action: str) -> Path:
    """A new folder for one recording, below one that git ignores. AuditErrors: `write-outside`, `record-unwritable`."""
    require_plain_way(folder)
    require_plain_way(folder.parent / ".gitignore")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
        safe = "".join(char if char.isascii() and char.isalnum() else "-" for char in action)[:40]
        return Path(tempfile.mkdtemp(prefix=f"{safe}-", dir=folder)).resolve()
    except OSError as error:
        raise AuditError(
            "record-unwritable", f"cannot write recordings: {error.strerror}", where=str(folder)
        ) from error


def compile_agent(folder: Path) -> None:
    """Compile the agent for this Python into a recording's folder; one of another version does so for itself."""
    before, sys.pycache_prefix = sys.pycache_prefix, str(folder / "agent")
    try:
        for file in sorted(AGENT.glob("*.py")):
            py_compile.compile(str(file))
    except OSError:
        return
    finally:
        sys.pycache_prefix = before


def environment(config: Path, base: Mapping[str, str]) -> dict[str, str]:
    """The command's environment: what starts the recorder in every Python below it."""
    found = {**base, VARIABLE: str(config)}
    paths = [str(STARTUP), *([base["PYTHONPATH"]] if base.get("PYTHONPATH") else [])]
    return {**found, "PYTHONPATH": os.pathsep.join(paths)}


def record(request: Request, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Recorded:
    """Run the command once for each pass, its input and output untouched, and read the recording.

    AuditError: `record-command` where it does not start, `record-greenlet`, `record-never-ran` where no entry point
    began, `record-unwritable`.
    """
    exits = []
    ignore = request.folder.parent / ".gitignore"
    is_first = not os.path.lexists(ignore)
    with no_folder_left([request.folder]):
        folder = session_folder(request.folder, request.action)
        try:
            compile_agent(folder)
            for mode in request.passes:
                config = folder / f"config-{mode}"
                config.write_bytes(agent_config(request, mode, folder))
                exits.append(run_command(request.command, environment(config, os.environ if env is None else env), cwd))
                await_ends(folder)
            recording = read_recording(folder)
            check(request, recording, exits)
        except BaseException:
            # it never started, says nothing of the action, or was cut short: nothing of it is worth keeping
            shutil.rmtree(folder, ignore_errors=True)
            if is_first:
                ignore.unlink(missing_ok=True)
            raise
    return Recorded(recording, tuple(exits), folder)


def run_command(command: tuple[str, ...], env: Mapping[str, str], cwd: Path | None) -> int:
    """The exit code of a command; 128 + n where signal n ended it. An interrupt is the command's to handle."""
    try:
        process = subprocess.Popen(command, env=env, cwd=cwd)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise AuditError(
            "record-command",
            f"the command does not start: {reason}",
            where=" ".join(command),
            todo="Give it as you would type it in a shell, after --.",
        ) from error
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ends_with_us(process):
            code = process.wait()
    finally:
        signal.signal(signal.SIGINT, handler)
    return 128 - code if code < 0 else code


def await_ends(folder: Path) -> None:
    """Wait for what the command left behind and is about to end: multiprocessing's helpers end after their program."""
    if os.name == "nt":  # no way to ask for a process by its number without harm
        return
    deadline = time.monotonic() + LEFT_BEHIND
    while any(map(_writing, folder.glob("*-*-*.txt"))) and time.monotonic() < deadline:
        time.sleep(0.01)


def _writing(file: Path) -> bool:
    """Whether the process that writes this recording lives, and has not yet written its last line."""
    try:
        with open(file, "rb") as opened:
            opened.seek(max(0, os.fstat(opened.fileno()).st_size - len(LAST_LINE)))
            if opened.read() == LAST_LINE:
                return False
        os.kill(int(file.stem.split("-")[1]), 0)
    except (OSError, ValueError):
        return False
    return True


def check(request: Request, recording: Recording, exits: Sequence[int]) -> None:
    """Refuse a recording that says nothing, or cannot be trusted. `exits` are the exit codes of the command."""
    problems = dict(recording.problems)
    if "record-greenlet" in problems:
        raise AuditError(
            "record-greenlet",
            f"greenlets cannot be recorded: {problems['record-greenlet']}",
            where=" ".join(request.command),
            todo="Record a part of the program that runs without gevent, eventlet or greenlet.",
        )
    if not (recording.entered or recording.ops or recording.imports or recording.collections):
        if not recording.processes:
            old = problems.get("record-python")
            why = (
                f"its Python is too old ({old})"
                if old
                else problems.get("record-failed", "no Python 3.11 or newer ran in it")
            )
        else:
            why = f"none of its entry points began in {recording.processes} Python processes"
        failed = next(filter(None, exits), 0)
        ended = f"; the command ended with exit code {failed}" if failed else ""
        # a class is listed with its `__init__`, and whether a name is one is not known here
        begins = [name for name in request.entries if name.removesuffix(".__init__") not in {*request.entries} - {name}]
        raise AuditError(
            "record-never-ran",
            f"the action {request.action!r} never ran during the command: {why}{ended}",
            where=" ".join(request.command),
            todo=f"It begins at {', '.join(begins[:5])}. A Python started with -I, -E or -S, or with a "
            "PYTHONPATH that the command sets, is not recorded.",
        )


def notes(recorded: Recorded) -> list[str]:
    """What a reader should know about a recording, a line each."""
    recording = recorded.recording
    lines = [f"{slug}: {text}" for slug, text in recording.problems]
    if recording.unfinished:
        lines.append(f"{recording.unfinished} of {recording.processes} processes did not end in order")
    if recording.broken:
        lines.append(f"{recording.broken} lines of the raw recording could not be read")
    if len(set(recorded.exits)) > 1:
        lines.append(f"the command ended differently in each pass: exit codes {', '.join(map(str, recorded.exits))}")
    return lines


def to_stderr(lines: list[str]) -> None:
    for line in lines:
        print(f"code-path-audit record: {line}", file=sys.stderr)
