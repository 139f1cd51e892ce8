"""Git is waited for, but not for ever: a pipe or a device in place of one of its own files holds git itself up.

An answer that takes more than a moment is a reason to look for such a file; where there is none, git may take its time,
as it does in large repositories and on slow disks, up to a limit.
"""

from __future__ import annotations

import itertools
import os
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from code_path_audit.errors import AuditError

MOMENT_S = 2.0
"""Seconds after which what git waits for is looked for."""
LIMIT_S = 900.0
"""Seconds that one command of git may take."""
MOST_FOLDERS = 200_000
"""Folders that are looked through."""


def run(command: list[str], folder: Path, env: Mapping[str, str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """A command of git, run to its end; AuditError `git-waits` where a file holds it up, or it takes too long."""
    with subprocess.Popen(
        command, cwd=folder, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            output, errors = _answer(process, folder, env, data)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _answer(process: subprocess.Popen[bytes], folder: Path, env: Mapping[str, str], data: bytes) -> tuple[bytes, bytes]:
    ends = time.monotonic() + LIMIT_S
    try:
        return process.communicate(data, MOMENT_S)
    except subprocess.TimeoutExpired:
        held_up = next(_special(folder, env), "")
    if not held_up:
        try:
            return process.communicate(timeout=ends - time.monotonic())
        except subprocess.TimeoutExpired:
            pass
    raise AuditError(
        "git-waits",
        f"git waits for {held_up}, which is no file: a pipe, a socket or a device"
        if held_up
        else f"git has not answered for {LIMIT_S / 60:.0f} minutes",
        where=str(folder),
        todo="Remove it." if held_up else "Run git status by hand to see what holds it up.",
    )


def _special(folder: Path, env: Mapping[str, str]) -> Iterator[str]:
    """What is neither a file nor a folder, of git's own files and of those in which a checkout tells git something."""
    top = next((above for above in (folder, *folder.parents) if os.path.lexists(above / ".git")), folder)
    own = _own_folders(top, env)
    yield from filter(_is_special, own)
    walks = [*map(os.walk, own), _without_git(top)]
    for inside, _, names in itertools.islice(itertools.chain.from_iterable(walks), MOST_FOLDERS):
        for name in names:
            path = os.path.join(inside, name)
            if (inside.startswith(own) or name.startswith(".git")) and _is_special(path):
                yield path
    for place in own:
        # files that the configuration names
        for line in _text(os.path.join(place, "config")).splitlines():
            named = line.partition("=")[2].strip().strip('"')
            paths = (os.path.join(place, named), os.path.join(top, named)) if named else ()
            yield from filter(_is_special, paths)


def _own_folders(top: Path, env: Mapping[str, str]) -> tuple[str, ...]:
    """Where git has its own files: the folder `.git`, or what it names in a worktree, and what that has in common with
    others."""
    places = [env[name] for name in ("GIT_DIR", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY") if env.get(name)]
    found: list[str] = []
    places.append(str(top / ".git"))
    while places:
        place = places.pop()
        if place not in found:
            found.append(place)
            for file, begin in ((place, "gitdir: "), (os.path.join(place, "commondir"), "")):
                leads = _text(file)
                if leads and leads.startswith(begin):
                    places.append(os.path.normpath(os.path.join(os.path.dirname(file), leads.removeprefix(begin))))
    return tuple(found)


def _without_git(top: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """The folders of a checkout."""
    for inside, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != ".git"]
        yield inside, folders, names


def _text(path: str) -> str:
    """The text of a file of no great size; "" where it is none."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > 1 << 20:
            return ""
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().strip()
    except OSError:
        return ""


def _is_special(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
