"""How the speed benchmarks run commands: in turn, with a limit, in seconds of wall or cpu time, or in megabytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
MEMORY = 6 << 30
"""What a measured process may take, in bytes: more would be a failure anyway, and harm what else runs here."""


class Failed(Exception):
    """A command that did not end in time, or not well: in words."""


class Run(NamedTuple):
    """How commands are run: the environment, the limit in seconds, how often, and where the other tools are kept;
    `cpu`: whether seconds are those that all processes of a command computed, which others on the machine change less.
    """

    env: dict[str, str]
    limit: float
    repeats: int
    work: Path
    cpu: bool = False


def environment(work: Path) -> dict[str, str]:
    """An environment in which Python finds this checkout as pip installs it: compiled, in a folder of its own."""
    code = work / "code"
    shutil.rmtree(code, ignore_errors=True)
    for name in ("audit", "hooks"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, code, ignore=ignored, dirs_exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(code)], check=True, env=env)
    return {**env, "PYTHONPATH": str(code), "CODE_PATH_AUDIT_CACHE": str(work / "store")}


def seconds(run: Run, command: Sequence[str], cwd: Path, codes: tuple[int, ...] = (0,)) -> float:
    """How long a command takes. Failed if it is stopped, or leaves with another code than expected."""
    begin = clock(run)
    process = subprocess.Popen(
        command, cwd=cwd, env=run.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    bound(process.pid)
    try:
        _, err = process.communicate(timeout=run.limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Failed(f"over {run.limit:.0f} s") from None
    took = clock(run) - begin
    if process.returncode not in codes:
        last = err.decode(errors="replace").strip().splitlines()[-1:] or [""]
        raise Failed(f"exit code {process.returncode}: {last[0][:120]}")
    return took


def clock(run: Run) -> float:
    """The time in seconds: of the clock, or what all processes computed that were begun here and have ended."""
    if not run.cpu:
        return time.perf_counter()
    import resource  # there is none where there is no POSIX

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def bound(pid: int) -> None:
    """Limits the memory of a process, and of all that it starts, where the system can; 0 is this process."""
    if sys.platform == "linux":
        import resource

        with suppress(ProcessLookupError):  # it is done
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))


def told(run: Run, command: Sequence[str], cwd: Path) -> float:
    """The seconds that a command prints."""
    return float(subprocess.run(command, cwd=cwd, env=run.env, capture_output=True, check=True, text=True).stdout)


def in_turn(run: Run, *measures: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Two things measured in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(run.repeats):
        for times, measure in zip(found, measures, strict=True):
            times.append(measure())
    return found


def script(run: Run, name: str) -> list[str]:
    """The command of an entry point of the distribution, as pip installs it."""
    home = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"][name]
    module, _, function = home.partition(":")
    path = run.work / name
    path.write_text(
        f"import sys\nfrom {module} import {function}\nif __name__ == '__main__':\n    sys.exit({function}())\n"
    )
    return [sys.executable, str(path)]


def peak_memory(run: Run, command: Sequence[str], cwd: Path) -> float:
    """The most memory that a command and all below it take together, in MB; pages they share count once."""
    process = subprocess.Popen(command, cwd=cwd, env=run.env, stdout=subprocess.DEVNULL, start_new_session=True)
    bound(process.pid)
    most, begin = 0, time.monotonic()
    while process.poll() is None:
        most = max(most, sum(proportional(pid) for pid in family(process.pid)))
        if time.monotonic() - begin > run.limit:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise Failed(f"over {run.limit:.0f} s, with {most / 1e6:,.0f} MB")
        time.sleep(0.02)
    if process.returncode:
        raise Failed(f"exit code {process.returncode}")
    return most / 1e6


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:  # it ended
                continue
    return found


def proportional(pid: int) -> int:
    """The memory of a process in bytes, of shared pages its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
