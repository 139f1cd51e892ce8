"""The way in: a check of which nothing has changed since the last one is answered from what that one said.

So this file and all that it imports are on the path of every check: it loads next to nothing. What a check depends on
is written down when it ends: the files and folders that it could have read, with their sizes and times, and for git the
commit and the index. Anything that is not as it was leads to the whole program, which finds out what that means.
"""

from __future__ import annotations

import os
import sys
import time

from code_path_audit.store.pack import digest, open_store
from code_path_audit.store.place import store_folder
from code_path_gate.fingerprint import fingerprint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PLAIN = frozenset(("--staged", "--strict", "--explain", "--format", "--action", "--cache-dir"))
"""Options of a check that can be answered so; a revision may name another commit every time."""

SEES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GITHUB_STEP_SUMMARY")
"""What of the environment a check depends on."""

RACE = 50_000_000
"""Nanoseconds: what changed so shortly before a check began may change again without a later time."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    answer = replayed(arguments)
    if answer is None:
        from code_path_gate.cli import main as run

        return run(arguments)
    code, text = answer
    try:
        # what a terminal cannot show must not end in a traceback
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except (OSError, ValueError):
        # the reader has gone: the verdict did not arrive whole, so this is no pass
        _abandon_stdout()
        return 2
    return code


def _abandon_stdout() -> None:
    """What is still buffered must not fail again when the interpreter ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        return


def can_replay(arguments: Sequence[str]) -> bool:
    """Whether a command is a check that depends on nothing but files, the index and the last commit."""
    if not arguments or arguments[0] != "check":
        return False
    options = [word.partition("=")[0] for word in arguments if word.startswith("-")]
    return all(option in PLAIN for option in options) and not os.environ.get("GITHUB_STEP_SUMMARY")


def cache_option(arguments: Sequence[str]) -> str | None:
    """What `--cache-dir` says."""
    for index, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name == "--cache-dir":
            return value if equals else arguments[index + 1] if index + 1 < len(arguments) else None
    return None


def key_of(arguments: Sequence[str]) -> bytes:
    """Under which the answer to a command is kept: where it was asked, when (to the day), and by which program."""
    seen = [os.environ.get(name) for name in SEES]
    today = time.localtime()[:3]  # acceptances end on a day
    return digest("answer", fingerprint(), repr((os.getcwd(), list(arguments), seen, today)).encode("utf-8", "replace"))


def replayed(arguments: Sequence[str]) -> tuple[int, str] | None:
    """The exit code and the output of the same check, if nothing has changed since."""
    if not can_replay(arguments):
        return None
    try:
        folder, _ = store_folder(cache_option(arguments), os.environ, ())
        data = open_store(folder, time.time()).get(key_of(arguments)) if folder else None
        if data is None:
            return None
        code, git, index, seen, *rest = bytes(data).split(b"\0")
        paths, text = rest[:-1], rest[-1]
        if seen != signature(paths, git, index):
            return None
        return int(code), text.decode("utf-8", "surrogatepass")
    except (OSError, ValueError, UnicodeError):
        return None


def remember(
    arguments: Sequence[str],
    started: int,
    code: int,
    text: str,
    paths: Iterable[str],
    git: str,
    index: str,
    folder: str,
) -> None:
    """Keeps the answer to a check that began at `started` (nanoseconds since 1970) and could have read some paths.

    `git` is the folder of the repository ("" for none), `index` the file of its index where that was checked.
    """
    rows = sorted({os.fsencode(path) for path in paths})
    encoded = text.encode("utf-8", "surrogatepass")
    if not folder or b"\0" in encoded or any(_is_racy(path, started) for path in rows):
        return
    parts = [os.fsencode(git), os.fsencode(index)]
    seen = signature(rows, *parts)
    if seen:
        store = open_store(folder, time.time())
        store.put(key_of(arguments), b"\0".join([str(code).encode(), *parts, seen, *rows, encoded]))
        store.commit()


def _is_racy(path: bytes, started: int) -> bool:
    try:
        state = os.stat(path)
    except OSError:
        return False
    return max(state.st_mtime_ns, state.st_ctime_ns) >= started - RACE


def signature(paths: Sequence[bytes], git: bytes, index: bytes) -> bytes:
    """What tells one state of some paths, of the last commit and of the index from any other; b"" if that is hard."""
    rows = []
    stat = os.stat
    for path in paths:
        try:
            state = stat(path)
        except OSError:
            rows.append("-")
            continue
        rows.append(f"{state.st_mtime_ns} {state.st_ctime_ns} {state.st_size} {state.st_ino} {state.st_mode}")
    commit = _commit(git) if git else b""
    tree = _index(index) if index else b""
    if (git and not commit) or (index and not tree):
        return b""
    return digest("signature", "\n".join(rows).encode(), commit, tree).hex().encode()


def _commit(git: bytes) -> bytes:
    """What HEAD says, and what the branch that it names says; b"" where they are kept in a way not known here."""
    try:
        head = _content(os.path.join(git, b"HEAD"))
        if not head.startswith(b"ref: "):
            return head
        name = head[5:].strip()
        try:
            return head + _content(os.path.join(git, name))
        except FileNotFoundError:
            return head + _content(os.path.join(git, b"packed-refs"))
    except OSError:
        return b""


def _index(path: bytes) -> bytes:
    """The checksum at the end of git's index; b"" where git was told to leave it out."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 20))
        end = file.read()
    return b"" if not end.strip(b"\0") else b"%d " % size + end


def _content(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 24)


if __name__ == "__main__":
    sys.exit(main())
