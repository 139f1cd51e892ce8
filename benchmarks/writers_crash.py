"""Crash and race trials of all that writes: each file is as it was, or whole.

    python -m benchmarks.writers_crash [--kills 100] [--races 20] [--seed 1] [WRITER ...]

A command runs in a fresh copy of a small project and is killed at a random moment, mostly near its end, where it
writes. Then every file of the project is either as it was, or as a run that is let be leaves it; of recordings, which
measure times, every line is read again, and of cost models every key. A run that follows leaves what it leaves alone.

In a race two of a command run at once. One of them does what it does alone, the other, too, or it says what stands in
its way (exit 2); afterwards every file is as one run leaves it, and nothing is left beside them. Needs a system with
SIGKILL.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.gate_trials_crash import environment
from benchmarks.repositories import committed
from code_path_audit.costs.identity import op_id

PROJECT = '[project]\nname = "shop"\nversion = "1"\n\n[project.scripts]\nsave = "shop.app:save"\n\n'
CONFIG = f"""{PROJECT}[tool.code-path-audit]
source = ["src"]

[tool.code-path-audit.actions.save]
entry_points = ["shop.app:save"]
"""
APP = """\
import json

import pluggy

from shop import rates


def names():
    with open("rates.json") as file:
        return json.load(file)


def save():
    plugins = pluggy.PluginManager("shop")
    for row in range(50):
        print(names(), rates.read())


if __name__ == "__main__":
    save()
"""
RATES = """\
import json


def read():
    with open("rates.json") as file:
        return json.load(file)
"""
RECORDED = '{{"observations": 1}}\n{{"kind": "run", "action": "a{}", "count": 1}}\n'
FILES = {
    "src/shop/__init__.py": "",
    "src/shop/app.py": APP,
    "src/shop/rates.py": RATES,
    "rates.json": "[1]\n",
    ".gitignore": ".code-path-audit/\n__pycache__/\n",
    "one.jsonl": RECORDED.format("1"),
    "two.jsonl": RECORDED.format("2"),
}


UNWATCHED = {".git", ".code-path-audit", "__pycache__"}
"""Folders of git, of the recorder's raw recordings, and of Python."""


class Writer(NamedTuple):
    """What writes: how Python is started, its project's configuration, whether a file that it measured is whole, and
    what is started before; the exit codes that a race may end with."""

    arguments: tuple[str, ...]
    config: str = CONFIG
    is_whole: Callable[[str, bytes], bool] | None = None
    before: tuple[str, ...] = ()
    ends: tuple[int, ...] = (0, 2)


def audit(*arguments: str) -> tuple[str, ...]:
    """A command of the audit."""
    return ("-m", "code_path_audit", *arguments)


def gate(*arguments: str) -> tuple[str, ...]:
    """A command of the gate."""
    return ("-m", "code_path_gate", *arguments)


SCAFFOLD = """\
from pathlib import Path
from code_path_audit.contingency.evidence import Evidence
from code_path_audit.contingency.scaffold import scaffold
from code_path_audit.errors import AuditError
try:
    scaffold(Path.cwd(), Evidence("save", "json.load"))
except AuditError as error:
    raise SystemExit(2 if error.slug == "contingency-folder" else str(error))
"""
"""Step 4 of a contingency alone: the steps before it are a person's."""


class Outcome(NamedTuple):
    """`kills` that hit a running command, how many of them left something new, and what was wrong."""

    kills: int
    new: int
    broken: tuple[str, ...]


def is_recording(name: str, data: bytes) -> bool:
    """Whether observations are read without an error."""
    from code_path_audit.errors import AuditError
    from code_path_audit.runtime.observations_file import decode

    try:
        return name.endswith("observations.jsonl") and bool(decode(data))
    except AuditError:
        return False


def is_cost_model(name: str, data: bytes) -> bool:
    """Whether a cost model is read without an error, down to the line that it ends with."""
    from code_path_audit.config import parse_toml
    from code_path_audit.costs.models import parse_model
    from code_path_audit.errors import AuditError

    try:
        tables = parse_toml(data, name)
        return bool(parse_model(tables, name)) and data.endswith(b"\n") and LAST in data.splitlines()[-1]
    except AuditError:
        return False


LAST = b"assumed = "
"""In the last line of a cost model that `calibrate` writes."""

HEAVY = op_id("shop.app.names", "json.load", "json_io", 1)
"""The op that is accepted."""

WRITERS = {
    "init": Writer(audit("init", "--yes"), PROJECT),
    "libraries": Writer(audit("libraries")),
    # 1: nothing is left to patch
    "prune": Writer(audit("prune", "--apply"), ends=(0, 1, 2)),
    "contingency": Writer(audit("contingency", "save", "json.load")),
    "scaffold": Writer(("-c", SCAFFOLD)),
    "report": Writer(audit("report")),
    "calibrate": Writer(audit("calibrate", "--class", "deep_copy", "--calls", "5"), is_whole=is_cost_model),
    "record": Writer(
        audit("record", "--action", "save", "--", sys.executable, "-m", "shop.app"), is_whole=is_recording
    ),
    "merge": Writer(audit("record", "--merge", "one.jsonl", "two.jsonl")),
    "refresh": Writer(gate("refresh")),
    "accept": Writer(gate("refresh", "--action", "save", "--accept", HEAVY, "--reason", "x"), before=gate("refresh")),
    "the gate's report": Writer(gate("report", "--date", "2026-01-01")),
}  # fmt: skip


def project(root: Path, config: str) -> None:
    """The project, committed."""
    for name, text in {**FILES, "pyproject.toml": config}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    committed(root)


def start(root: Path, writer: Writer) -> subprocess.Popen[bytes]:
    """The command in its own group of processes: init and record start others, which die with it."""
    command = [sys.executable, *writer.arguments]
    env = environment()
    env["PYTHONPATH"] = f"{root / 'src'}:{env['PYTHONPATH']}"
    return subprocess.Popen(
        command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def files(root: Path) -> dict[str, bytes]:
    """All files but git's and the recorder's raw ones."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    names = {path.relative_to(root).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if not UNWATCHED & set(name.split("/"))}


def faults(found: dict[str, bytes], before: dict[str, bytes], after: dict[str, bytes], writer: Writer) -> list[str]:
    """What is neither as it was nor as it should be; files beside their place are what a killed run leaves behind."""
    wrong = [f"{name} is gone" for name in before if name not in found and name in after]
    for name, data in found.items():
        is_beside = any(part.startswith(".") for part in name.split("/")) and name not in after
        is_whole = data in (before.get(name), after.get(name)) or (
            writer.is_whole is not None and name not in before and writer.is_whole(name, data)
        )
        if not is_whole and not is_beside:
            wrong.append(f"{name}, {len(data)} bytes")
    return wrong


def until_it_writes(process: subprocess.Popen[bytes], root: Path, seconds: float) -> None:
    """Waits until the command writes beside the project's files or has ended, and then so long."""

    def touched() -> set[tuple[str, int]]:
        found = set()
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in UNWATCHED]
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    found.add((name, os.stat(os.path.join(folder, name)).st_mtime_ns))
        return found

    before = touched()
    while process.poll() is None and touched() == before:
        time.sleep(0.001)
    time.sleep(seconds)


class Prepared(NamedTuple):
    """A project for trials of a writer: its folder, what a run alone makes of its files, and how long that takes."""

    first: Path
    before: dict[str, bytes]
    after: dict[str, bytes]
    seconds: float


def prepared(folder: Path, writer: Writer) -> Prepared:
    """The project below a folder, and one run of the writer in a copy of it."""
    first, root = folder / "first", folder / "project"
    project(first, writer.config)
    if writer.before:
        subprocess.run([sys.executable, *writer.before], cwd=first, env=environment(), check=True, capture_output=True)
    before = files(first)
    shutil.copytree(first, root)
    begun = time.monotonic()
    process = start(root, writer)
    _, told = process.communicate()
    length = time.monotonic() - begun
    after = files(root)
    assert process.returncode == 0 and after != before, told.decode()
    shutil.rmtree(root)
    return Prepared(first, before, after, length)


def killed(kills: int, random: Random, writer: Writer) -> Outcome:
    """A command killed again and again, each time in a fresh copy of the project."""
    with tempfile.TemporaryDirectory() as folder:
        first, before, after, length = prepared(Path(folder), writer)
        root = Path(folder) / "project"
        hits, changed, broken = 0, 0, []
        for number in range(10 * kills):
            shutil.copytree(first, root)
            process = start(root, writer)
            if number % 4:
                until_it_writes(process, root, random.uniform(0, 0.01))
            else:
                time.sleep(random.uniform(0, length))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if process.returncode == -signal.SIGKILL:
                hits += 1
                found = files(root)
                changed += found != before
                broken += [f"run {number}: {fault}" for fault in faults(found, before, after, writer)]
                if found != before and number % 10 == 0:
                    start(root, writer).communicate()
                    again = files(root)
                    broken += [f"run {number}, again: {fault}" for fault in faults(again, before, after, writer)]
            shutil.rmtree(root)
            if hits == kills:
                break
        return Outcome(hits, changed, tuple(broken))


def raced(times: int, random: Random, writer: Writer) -> tuple[str, ...]:
    """What went wrong where a command ran twice at once, each time in a fresh copy of the project."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        first, _, after, length = prepared(Path(folder), writer)
        root = Path(folder) / "project"
        for number in range(times):
            shutil.copytree(first, root)
            one = start(root, writer)
            # mostly next to one another, so that both come to write at the same time
            time.sleep(random.uniform(0, length / 2) if number % 4 == 0 else random.uniform(0, 0.02))
            other = start(root, writer)
            ends = [(process.communicate()[1].decode(), process.returncode) for process in (one, other)]
            wrong += [f"run {number}: {fault}" for fault in race_faults(ends, files(root), after, writer)]
            shutil.rmtree(root)
    return tuple(wrong)


def race_faults(
    ends: list[tuple[str, int]], found: dict[str, bytes], after: dict[str, bytes], writer: Writer
) -> list[str]:
    """What is wrong after a race: how the two ended (what they said, their exit codes), and the files that are left."""
    wrong = [
        f"exit code {code}: {told[-500:]}" for told, code in ends if code not in writer.ends or "Traceback" in told
    ]
    if all(code for _, code in ends):
        wrong.append(f"none did it: {ends}")
    wrong += [f"{name} is not there" for name in after if name not in found]
    wrong += [f"{name} is left over" for name in found if name not in after]
    return wrong + [fault for fault in faults(found, {}, after, writer) if fault.partition(",")[0] in after]


def main() -> int:
    """Runs the trials; 1 where a file was not whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--races", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("writers", nargs="*", default=list(WRITERS), metavar="WRITER")
    options = parser.parse_args()
    random = Random(options.seed)
    wrong = False
    for name in options.writers:
        if options.kills:
            outcome = killed(options.kills, random, WRITERS[name])
            told = f"{outcome.kills} kills, {outcome.new} that left something new, broken: {list(outcome.broken)}"
            print(f"{name}: {told}", flush=True)
            wrong = wrong or bool(outcome.broken)
        races = raced(options.races, random, WRITERS[name])
        print(f"{name}, {options.races} times two at once: {list(races) or 'whole'}", flush=True)
        wrong = wrong or bool(races)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
