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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

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


class Outcome(NamedTuple):
    """`kills` that hit a running command, how many of them left new files, and each file that was not whole."""

    kills: int
    new: int
    broken: tuple[str, ...]


def project(root: Path) -> None:
    """A project with two actions."""
    (root / "src").mkdir(parents=True)
    (root / "pyproject.toml").write_text(CONFIG)
    (root / "src" / "app.py").write_text(OLD)


def gate(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A command of the gate, started in its own process."""
    command = [sys.executable, "-m", "code_path_gate", *arguments]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Its exit code and what it said on stderr."""
    _, told = process.communicate()
    return process.returncode, told.decode()


def baselines(root: Path) -> dict[str, bytes]:
    """The committed files."""
    return {path.name: path.read_bytes() for path in sorted((root / "baselines").glob("*.json"))}


def report_files(root: Path) -> dict[str, bytes]:
    """Every file of the report."""
    out = root / "report" / "2026-01-01"
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def states(
    root: Path, arguments: tuple[str, ...], read: Callable[[Path], dict[str, bytes]]
) -> Iterator[dict[str, bytes]]:
    """The files that the command leaves for either source."""
    for text in (OLD, NEW):
        (root / "src" / "app.py").write_text(text)
        assert finish(gate(root, *arguments))[0] == 0
        yield read(root)


def killed(kills: int, random: Random, arguments: tuple[str, ...], whole: bool) -> Outcome:
    """A command killed again and again, while the source goes to and fro; `whole`: its files change together."""
    read = report_files if arguments[0] == "report" else baselines
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        project(root)
        old, new = states(root, arguments, read)
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
            found = read(root)
            if whole and found not in (old, new):
                broken.append(f"run {number}: a mixture")
            for name, data in found.items():
                if data not in (old.get(name), new.get(name)):
                    broken.append(f"run {number}: {name}, {len(data)} bytes")
            changed += found == new
            if hits == kills:
                break
        return Outcome(hits, changed, tuple(broken))


def two_at_once(times: int) -> tuple[str, ...]:
    """What went wrong where two refreshed at once."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        project(root)
        old, new = states(root, ("refresh",), baselines)
        for number in range(times):
            (root / "src" / "app.py").write_text(OLD if number % 2 else NEW)
            both = [gate(root, "refresh"), gate(root, "refresh")]
            codes = [finish(process) for process in both]
            if [code for code, _ in codes] != [0, 0] or baselines(root) != (old if number % 2 else new):
                wrong.append(f"run {number}: {codes}")
        wrong += [f"left over: {path.name}" for path in (root / "baselines").glob(".unfinished-*")]
    return tuple(wrong)


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A tmpfs of 64 KiB in a folder; False where that may not be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    mounted = (
        shutil.which("mount") is not None and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def full_disk() -> tuple[bool, int, str, bool]:
    """Whether a disk was mounted, the exit code and message of a refresh on it, and whether all files are as before."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        project(root)
        (root / "baselines").mkdir()
        with small_disk(root / "baselines") as mounted:
            assert finish(gate(root, "refresh"))[0] == 0
            before = baselines(root)
            (root / "src" / "app.py").write_text(NEW)
            if mounted:
                fill(root / "baselines" / "filler")
                code, told = finish(gate(root, "refresh"))
            else:
                code, told = limited(root)
            return mounted, code, told, baselines(root) == before


def fill(path: Path) -> None:
    """A file that takes what is left of the disk."""
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            return


def limited(root: Path) -> tuple[int, str]:
    """A refresh that may write files of 100 bytes at most."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "code_path_gate", "refresh"]
    done = subprocess.run(command, cwd=root, env=env, preexec_fn=limit, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def main() -> int:
    """Runs the trials; 1 where a file was not whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = Random(options.seed)
    refresh = killed(options.kills, random, ("refresh",), whole=False)
    report = killed(options.kills, random, ("report", "--date", "2026-01-01", "--output", "report"), whole=True)
    races = two_at_once(20)
    mounted, code, told, same = full_disk()
    print(f"refresh: {refresh.kills} kills, {refresh.new} with all new files, broken: {list(refresh.broken)}")
    print(f"report: {report.kills} kills, {report.new} with all new files, broken: {list(report.broken)}")
    print(f"20 times two at once: {list(races) or 'whole'}")
    print(
        f"full disk ({'a tmpfs' if mounted else 'a limit'}): exit code {code}, files as before: {same}; {told.strip()}"
    )
    return 1 if refresh.broken or report.broken or races or not same or code != 2 else 0


if __name__ == "__main__":
    sys.exit(main())
