"""Trials of what the gate writes: killed at random moments, two at once, on a full disk. Files are whole, old or new.

    python -m benchmarks.gate_trials_crash [--kills 100] [--seed 1]

Most kills are aimed at the end of a run, where it writes. Needs a system with SIGKILL; mounts a small tmpfs where it
may, and limits the size of files otherwise.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.repositories import committed

REPORT = ("report", "--date", "2026-01-01", "--output", "report")
CONFIG = """\
[tool.code-path-audit]
source = ["src"]
[tool.code-path-audit.actions.save]
entry_points = ["app:save"]
[tool.code-path-audit.actions.load]
entry_points = ["app:load"]
"""
OLD = "import json\ndef save(): open('a')\ndef load(): json.load(open('a'))\n"
NEW = (
    "import json\ndef save():\n    for n in range(9): open('a')\ndef load():\n    open('b')\n    json.load(open('a'))\n"
)


Files = dict[str, bytes]
"""Contents by path. Files in a folder are a report: they change together."""


class Outcome(NamedTuple):
    """`kills` that hit a running command, how many of them left new files, and each file that was not whole."""

    kills: int
    new: int
    broken: tuple[str, ...]


def project(root: Path) -> None:
    """A project with two actions, committed: a report keeps a history where there are commits."""
    (root / "src").mkdir(parents=True)
    (root / "pyproject.toml").write_text(CONFIG)
    (root / "src" / "app.py").write_text(OLD)
    committed(root)


def environment() -> dict[str, str]:
    """That of this process, with its own modules: the tree under trial, and not one that is installed."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}


def gate(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A command of the gate, started in its own process."""
    command = [sys.executable, "-m", "code_path_gate", *arguments]
    return subprocess.Popen(command, cwd=root, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Its exit code and what it said on stderr."""
    _, told = process.communicate()
    return process.returncode, told.decode()


def written(root: Path, arguments: tuple[str, ...]) -> Files:
    """Every file that the command writes."""
    if arguments[0] == "refresh":
        return {path.name: path.read_bytes() for path in sorted((root / "baselines").glob("*.json"))}
    out = root / "report"
    paths = [*sorted((out / "2026-01-01").rglob("*")), out / "history.jsonl"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def leftovers(root: Path) -> list[str]:
    """What unfinished writing left."""
    return [path.name for folder in ("baselines", "report") for path in sorted((root / folder).glob(".[u2]*"))]


def states(root: Path, arguments: tuple[str, ...]) -> tuple[Files, Files]:
    """The files that the command leaves for either source, once there is a history behind the reports."""
    found = []
    for text in (OLD, NEW, OLD, NEW):
        (root / "src" / "app.py").write_text(text)
        assert finish(gate(root, *arguments))[0] == 0
        found.append(written(root, arguments))
    return found[2], found[3]


def faults(found: Files, old: Files, new: Files) -> list[str]:
    """What is neither old nor new."""
    wrong = [f"{name}, {len(data)} bytes" for name, data in found.items() if data not in (old.get(name), new.get(name))]
    reports = [{name: data for name, data in files.items() if "/" in name} for files in (found, old, new)]
    return wrong if reports[0] in reports[1:] else [*wrong, "a mixture"]


def killed(kills: int, random: Random, arguments: tuple[str, ...]) -> Outcome:
    """A command killed again and again, while the source goes to and fro."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        project(root)
        old, new = states(root, arguments)
        begun = time.monotonic()
        assert finish(gate(root, *arguments))[0] == 0
        length = time.monotonic() - begun
        hits, changed, broken = 0, 0, []
        for number in range(10 * kills):
            (root / "src" / "app.py").write_text(random.choice([OLD, NEW]))
            process = gate(root, *arguments)
            time.sleep(random.uniform(0.6, 1.1) * length if number % 4 else random.uniform(0, length))
            process.send_signal(signal.SIGKILL)
            code, _ = finish(process)
            hits += code == -signal.SIGKILL
            found = written(root, arguments)
            broken += [f"run {number}: {fault}" for fault in faults(found, old, new)]
            changed += found == new
            if hits == kills:
                break
        # a run that is let be tidies up
        assert finish(gate(root, *arguments))[0] == 0
        broken += [f"left over: {name}" for name in leftovers(root)]
        return Outcome(hits, changed, tuple(broken))


def two_at_once(times: int, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """What went wrong where a command ran twice at once."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        project(root)
        old, new = states(root, arguments)
        for number in range(times):
            (root / "src" / "app.py").write_text(OLD if number % 2 else NEW)
            both = [gate(root, *arguments), gate(root, *arguments)]
            codes = [finish(process) for process in both]
            if [code for code, _ in codes] != [0, 0] or written(root, arguments) != (old if number % 2 else new):
                wrong.append(f"run {number}: {codes}")
        wrong += [f"left over: {name}" for name in leftovers(root)]
    return tuple(wrong)


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A tmpfs of 512 KiB in a folder; False where that may not be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    mounted = (
        shutil.which("mount") is not None and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def full_disk(arguments: tuple[str, ...]) -> tuple[bool, int, str, bool]:
    """Whether a disk was mounted, the exit code and message of a command on it, and whether all files are as before."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        project(root)
        out = root / ("baselines" if arguments[0] == "refresh" else "report")
        out.mkdir()
        with small_disk(out) as mounted:
            assert finish(gate(root, *arguments))[0] == 0
            before = written(root, arguments)
            (root / "src" / "app.py").write_text(NEW)
            if mounted:
                fill(out / "filler")
                code, told = finish(gate(root, *arguments))
            else:
                code, told = limited(root, arguments)
            return mounted, code, told, written(root, arguments) == before and not leftovers(root)


def fill(path: Path) -> None:
    """A file that takes what is left of the disk."""
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            return


def limited(root: Path, arguments: tuple[str, ...]) -> tuple[int, str]:
    """A command that may write files of 100 bytes at most."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    command = [sys.executable, "-m", "code_path_gate", *arguments]
    done = subprocess.run(
        command, cwd=root, env=environment(), preexec_fn=limit, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def main() -> int:
    """Runs the trials; 1 where a file was not whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = Random(options.seed)
    wrong = False
    for arguments in (("refresh",), REPORT):
        name = arguments[0]
        outcome = killed(options.kills, random, arguments)
        print(f"{name}: {outcome.kills} kills, {outcome.new} with all new files, broken: {list(outcome.broken)}")
        races = two_at_once(20, arguments)
        print(f"{name}, 20 times two at once: {list(races) or 'whole'}")
        mounted, code, told, same = full_disk(arguments)
        disk = "a tmpfs" if mounted else "a limit"
        print(f"{name}, full disk ({disk}): exit code {code}, files as before: {same}; {told.strip()}", flush=True)
        wrong = wrong or bool(outcome.broken or races or not same or code != 2)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
