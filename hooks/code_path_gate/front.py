"""The way in: a check of which nothing has changed since the last one is answered from what that one said.

So this file and all that it imports are on the path of every check: it loads next to nothing. What a check depends on
is written down when it ends: the files and folders that it could have read, with their sizes and times, and for git the
commit and the index (`watched` says which). Anything that is not as it was leads to the whole program, which finds out
what that means.
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

    from code_path_gate.watched import Place

PLAIN = frozenset(("--staged", "--strict", "--explain", "--format", "--action", "--cache-dir", "--workers"))
"""Options of a check that can be answered so; a revision may name another commit every time."""

SEES = frozenset(
    (
        "PATH", "HOME", "XDG_CONFIG_HOME", "LC_ALL", "LC_CTYPE", "LANG", "TZ",
        "GIT_DIR", "GIT_INDEX_FILE", "GIT_CEILING_DIRECTORIES", "GITHUB_STEP_SUMMARY",
    )
)  # fmt: skip
"""What of the environment a check depends on, with all that begins with GIT_CONFIG."""

RACE = 50_000_000
"""Nanoseconds: what changed so shortly before a check began may change again without a later time."""

COARSE_RACE = 2_050_000_000
"""The same where the system counts whole seconds."""


class Made:
    """The answer to a check, when it began (nanoseconds since 1970), and what `git_state` was then."""

    __slots__ = ("code", "git", "started", "text")

    def __init__(self, started: int, code: int, text: str, git: bytes) -> None:
        self.started, self.code, self.text, self.git = started, code, text, git


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
    except (OSError, ValueError) as error:
        # the reader has gone, or the disk is full: the verdict did not arrive whole, so this is no pass
        _abandon_stdout()
        if not isinstance(error, BrokenPipeError) and sys.stderr:
            what = getattr(error, "strerror", None) or error
            sys.stderr.write(f"code-path-gate: error: stdout: cannot write the output: {what} [output]\n")
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
    if any("sarif" in word for word in arguments):
        return False  # it says which version made it, which is read from elsewhere
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
    environ = os.environ
    seen = sorted((name, environ[name]) for name in environ if name in SEES or name.startswith("GIT_CONFIG"))
    today = time.localtime()[:3]  # acceptances end on a day
    where = (os.getcwd(), list(arguments), seen, today, sys.getfilesystemencoding())
    return digest("answer", fingerprint(), repr(where).encode("utf-8", "backslashreplace"))


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
        rows, text = rest[:-1], rest[-1]
        if seen != signature(rows, _known(git, index))[0]:
            return None
        return int(code), text.decode("utf-8", "surrogatepass")
    except (OSError, ValueError, UnicodeError):
        return None


def remember(arguments: Sequence[str], made: Made, place: Place, folder: str) -> None:
    """Keeps an answer in a store. `place` has the rows of all that it depends on (see `watched`), git's and others'.

    OSError or ValueError for rows that the system cannot take.
    """
    rows = sorted({os.fsencode(row) for row in place.rows})
    text = made.text.encode("utf-8", "surrogatepass")
    git, index = os.fsencode(place.folder), os.fsencode(place.index_file)
    if not made.git or any(b"\0" in part for part in (text, git, index, *rows)):
        return
    # in this order: what changes after it was looked at is seen the next time
    known = _known(git, index)
    seen, latest = signature(rows, known)
    race = RACE if latest % 1_000_000_000 else COARSE_RACE
    if (
        latest >= made.started - race
        or git_state(place.folder, place.index_file) != made.git
        or _day(made.started) != _day()
    ):
        return
    store = open_store(folder, time.time())
    store.put(key_of(arguments), b"\0".join([str(made.code).encode(), git, index, seen, *rows, text]))
    store.commit()


def _day(nanoseconds: int | None = None) -> object:
    return time.localtime(None if nanoseconds is None else nanoseconds / 1e9)[:3]


def signature(rows: Iterable[bytes], known: bytes) -> tuple[bytes, int]:
    """What tells one state of some rows from any other, and the time of the latest change, in nanoseconds since 1970.

    `known` is what git says.
    """
    found = []
    latest = 0
    stat, posix = os.lstat, os.name == "posix"
    for row in rows:
        try:
            state = stat(row[1:])
        except OSError:
            found.append("-")
            latest = max(latest, _gone(row[1:]))
            continue
        if row[0] == 61:  # "=": what it is, whatever happened in it
            found.append(f"{state.st_dev} {state.st_ino} {state.st_mode} {state.st_uid}")
            continue
        mtime, ctime = state.st_mtime_ns, state.st_ctime_ns
        found.append(f"{mtime} {ctime} {state.st_size} {state.st_ino} {state.st_mode}")
        # elsewhere it is the time of creation; here it is the one that nobody can set
        changed = ctime if posix else max(mtime, ctime)
        latest = max(latest, changed)
    return digest("signature", "\n".join(found).encode(), known).hex().encode(), latest


def _gone(path: bytes) -> int:
    """When the folder changed that a path would be in, or the first above it that there is."""
    while (folder := os.path.dirname(path)) != path:
        try:
            return os.lstat(folder).st_ctime_ns
        except OSError:
            path = folder
    return 0


def git_state(git: str, index: str) -> bytes:
    """The last commit and the index (where that is checked), and which files said so; b"" if that is hard to tell."""
    try:
        known = _known(os.fsencode(git), os.fsencode(index))
        files = [os.stat(path) for path in (os.path.join(git, "HEAD") if git else "", index) if path]
    except (OSError, ValueError):
        return b""
    stamps = [(state.st_ino, state.st_mtime_ns, state.st_ctime_ns, state.st_size) for state in files]
    return known + repr(stamps).encode()


def _known(git: bytes, index: bytes) -> bytes:
    """The last commit and the index. OSError or ValueError where they are kept in a way not known here."""
    return b"git %s %s" % (_commit(git) if git else b"", _index(index) if index else b"")


def _commit(git: bytes) -> bytes:
    """What HEAD says, and what the branch that it names says."""
    head = _content(os.path.join(git, b"HEAD"))
    if not head.startswith(b"ref: "):
        return head
    try:
        commit = _content(os.path.join(git, head[5:].strip()))
    except FileNotFoundError:
        return head + _content(os.path.join(git, b"packed-refs"))
    if commit.startswith(b"ref:"):
        raise ValueError("a branch that stands for another")
    return head + commit


def _index(path: bytes) -> bytes:
    """The checksum at the end of git's index; ValueError where git was told to leave it out."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 20))
        end = file.read()
    if not end.strip(b"\0"):
        raise ValueError("no checksum")
    return b"%d " % size + end


LARGEST = 1 << 24


def _content(path: bytes) -> bytes:
    with open(path, "rb") as file:
        found = file.read(LARGEST + 1)
    if not found or len(found) > LARGEST:
        raise ValueError("not what git writes")
    return found


if __name__ == "__main__":
    sys.exit(main())
