"""What git is asked for: the files of any state, and their bytes, straight from the index and the objects.

Nothing here checks out, stashes or writes, and nothing here makes git run a program that the repository names: git is
started as `git_program` says, and never asked to compare files on disk, which would run filters (`git status` does).
Paths are relative to the top of the repository, with "/".
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from code_path_audit import git_program
from code_path_audit.config import BARE, CHECK_OUT
from code_path_audit.errors import AuditError, as_written
from code_path_gate.states import waiting

INDEX = ":index"
"""Names the staged state where a function takes a state; any other text is a commit's id."""

LINK, SUBMODULE = "120000", "160000"
"""Modes of a symbolic link and of a submodule."""


class Repository(NamedTuple):
    """A work tree. `top` is its top folder; `env` the environment that git runs in, `git` its program."""

    top: Path
    env: Mapping[str, str]
    git: str


class Entry(NamedTuple):
    """One file of one state. `stage` is 0, but for the versions of an unresolved merge."""

    path: str
    mode: str
    blob: str
    stage: int = 0


def program(outer: Mapping[str, str], folder: Path) -> str:
    """The absolute path of git, as `git_program` finds it; AuditError `git-missing`."""
    found = git_program.found("git", outer, folder)
    if found is None:
        raise AuditError("git-missing", git_program.MISSING, todo="Install git, or check without --staged and --base.")
    return found


def find_repository(folder: Path, outer: Mapping[str, str]) -> Repository | None:
    """The repository that a folder lies in, None if it lies in none.

    AuditErrors: `git-missing`, `git-bare`, `git-failed`.
    """
    env, git = git_program.environment(outer, folder), program(outer, folder)
    both = ("--absolute-git-dir", "--show-toplevel")
    done = _run(git, folder, env, ["rev-parse", *both])
    if done.returncode == 0:
        lines = os.fsdecode(done.stdout).removesuffix("\n").split("\n")
        if len(lines) > 2:  # a name with an end of line in it
            lines = [os.fsdecode(_run(git, folder, env, ["rev-parse", one]).stdout).removesuffix("\n") for one in both]
        if all(lines) and len(lines) == 2:
            own, top = lines
            # git would look for a repository once more from the top: another one, where core.worktree or GIT_WORK_TREE
            # has put the top elsewhere
            return Repository(Path(top), {**env, "GIT_DIR": own, "GIT_WORK_TREE": top}, git)
    message = done.stderr.decode("utf-8", "replace")
    if "not a git repository" in message:
        return None
    if done.returncode == 0 or "must be run in a work tree" in message:
        raise AuditError("git-bare", BARE, where=str(folder), todo=CHECK_OUT)
    raise _failed(["rev-parse"], message, folder)


def below(repository: Repository, folder: Path) -> str:
    """A folder relative to the top of its repository, with a "/" at its end; "" for the top itself."""
    relative = os.path.relpath(os.path.realpath(folder), os.path.realpath(repository.top))
    return "" if relative == "." else Path(relative).as_posix() + "/"


def resolve(repository: Repository, revision: str) -> str | None:
    """The id of the commit that a revision names; None where it names none."""
    if revision.startswith("-"):
        return None  # no name of a commit; --end-of-options is unknown to rev-parse until git 2.30
    done = _ask(repository, ["rev-parse", "--verify", "--quiet", revision + "^{commit}"])
    return done.stdout.decode("ascii").strip() if done.returncode == 0 and done.stdout.strip() else None


def head_commit(repository: Repository) -> str | None:
    """The last commit; None on a branch that has none yet. AuditError `git-head` where it is damaged."""
    commit = resolve(repository, "HEAD")
    if commit is not None:
        return commit
    branch = _ask(repository, ["symbolic-ref", "--quiet", "HEAD"])
    name = os.fsdecode(branch.stdout).strip()
    if branch.returncode == 0 and name:
        # says nothing of a branch that is not there, and complains of one that is damaged
        listed = _ask(repository, ["for-each-ref", name])
        if listed.returncode == 0 and not listed.stdout.strip() and not listed.stderr.strip():
            return None
    raise AuditError(
        "git-head",
        f"HEAD is damaged: {name or 'it'} names no commit that git has",
        where=str(repository.top),
        todo="See git fsck and git reflog; git switch --detach COMMIT takes HEAD to a commit that is whole.",
    )


def require_index(repository: Repository) -> None:
    """AuditError `git-index` where the index is not what git wrote: git itself reads a truncated one without a word."""
    # a git that does not know the option gives it back, and knows SHA-1 alone
    output = _git(repository, ["rev-parse", "--show-object-format", "--git-path", "index"])
    algorithm, _, path = output.partition(b"\n")
    try:
        file = repository.top / os.fsdecode(path.removesuffix(b"\n"))
        if file.exists() and not file.is_file():
            raise _index_error(repository, "it is no file")
        data = file.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _index_error(repository, error.strerror or "it cannot be read") from error
    length = 32 if algorithm == b"sha256" else 20
    end = data[-length:]
    if not end.strip(b"\0") and len(data) > length:
        return  # git was told to leave the checksum out (index.skipHash)
    import hashlib

    made = hashlib.sha256 if length == 32 else hashlib.sha1
    if made(data[:-length], usedforsecurity=False).digest() != end:
        raise _index_error(repository, "its checksum is not that of its content")


def _index_error(repository: Repository, what: str) -> AuditError:
    return AuditError(
        "git-index",
        f"git's index is damaged: {what}",
        where=str(repository.top),
        todo="Make it anew from the last commit, and stage again: git read-tree HEAD (after removing .git/index).",
    )


def require_commit(repository: Repository, revision: str) -> str:
    """As `resolve`; AuditError `git-unknown-revision` says how to fetch it, where that may be what is missing."""
    commit = resolve(repository, revision)
    if commit is None:
        raise AuditError(
            "git-unknown-revision",
            f"git knows no commit {as_written(revision, 200)}",
            where=str(repository.top),
            todo=FETCH_MORE if is_shallow(repository) else "Name a branch, a tag or a commit; git fetch gets new ones.",
        )
    return commit


FETCH_MORE = (
    "This clone is shallow. Fetch more: git fetch --unshallow "
    "(in GitHub Actions: actions/checkout with fetch-depth: 0; in GitLab CI: GIT_DEPTH: 0)."
)


def merge_base(repository: Repository, revision: str, head: str) -> str:
    """The commit where `head` left `revision`; AuditError `git-no-merge-base`, `git-shallow`."""
    base = require_commit(repository, revision)
    done = _ask(repository, ["merge-base", base, head])
    if done.returncode == 0:
        return done.stdout.decode("ascii").split()[0]
    if is_shallow(repository):
        raise AuditError(
            "git-shallow",
            f"no common commit of {as_written(revision, 200)} and HEAD",
            where=str(repository.top),
            todo=FETCH_MORE,
        )
    raise AuditError(
        "git-no-merge-base",
        f"{as_written(revision, 200)} and HEAD have no common commit",
        where=str(repository.top),
        todo="Name the branch that this change will be merged into.",
    )


def merged(repository: Repository, commit: str) -> tuple[str, ...]:
    """The commits that a commit merges; of "" those that are being merged, else those that the last commit merges.

    () where it merges nothing, or nothing is known of them."""
    other = None if commit else resolve(repository, "MERGE_HEAD")
    head = resolve(repository, commit or "HEAD")
    if head is None or other is not None:
        return () if head is None or other is None else (head, other)
    done = _ask(repository, ["rev-list", "--parents", "--max-count=1", head])
    parents = done.stdout.decode("ascii").split()[1:]
    return tuple(parents) if done.returncode == 0 and len(parents) > 1 else ()


def is_shallow(repository: Repository) -> bool:
    """Whether the clone has only part of the history."""
    return _git(repository, ["rev-parse", "--is-shallow-repository"]).strip() == b"true"


def untracked(repository: Repository, ignored: bool) -> tuple[str, ...]:
    """Files on disk that the index does not have, with those that git is told to ignore or without; of a repository in
    this one its folder alone, with a "/" at its end."""
    which = [] if ignored else ["--exclude-standard"]
    listed = _git(repository, ["ls-files", "--others", "-z", *which])
    return tuple(sorted({os.fsdecode(path) for path in listed.split(b"\0") if path}))


def marked(repository: Repository) -> tuple[str, ...]:
    """The files of the index that git is told not to look for: skip-worktree (a sparse checkout), assume-unchanged."""
    listed = _git(repository, ["ls-files", "-v", "-z"])
    rows = (os.fsdecode(row).partition(" ") for row in listed.split(b"\0") if row)
    return tuple(sorted(path for tag, _, path in rows if tag == "S" or tag.islower()))


def entries(repository: Repository, state: str) -> tuple[Entry, ...]:
    """All files of the index or of a commit, sorted by path."""
    if state == INDEX:
        require_index(repository)
        found = _index_entries(_git(repository, ["ls-files", "--stage", "-z"]))
    else:
        found = _tree_entries(_git(repository, ["ls-tree", "-r", "-z", "--full-tree", state]))
    return tuple(sorted(found))


def _index_entries(listed: bytes) -> Iterator[Entry]:
    for line in listed.split(b"\0"):
        if line:
            head, _, path = line.partition(b"\t")
            mode, blob, stage = head.decode("ascii").split(" ")
            yield Entry(os.fsdecode(path), mode, blob, int(stage))


def _tree_entries(listed: bytes) -> Iterator[Entry]:
    for line in listed.split(b"\0"):
        if line:
            head, _, path = line.partition(b"\t")
            mode, _, blob = head.decode("ascii").split(" ")
            yield Entry(os.fsdecode(path), mode, blob)


def read_blobs(repository: Repository, blobs: Iterable[str], limit: int) -> dict[str, bytes | None]:
    """The bytes of blobs by id, in one process; None for one that is larger than `limit` bytes.

    AuditError `git-missing-object` for one that is not there: a partial clone that never fetched it.
    """
    wanted = sorted(set(blobs))
    if not wanted:
        return {}
    found: dict[str, bytes | None] = {
        blob: None for blob, size in blob_sizes(repository, wanted).items() if size > limit
    }
    fetched = _batch(repository, "--batch", [blob for blob in wanted if blob not in found])
    at = 0
    while at < len(fetched):
        line_end = fetched.index(b"\n", at)
        name, _, size = fetched[at:line_end].split(b" ")
        start, end = line_end + 1, line_end + 1 + int(size)
        found[name.decode("ascii")] = fetched[start:end]
        at = end + 1
    return found


def blob_size(repository: Repository, blob: str) -> int:
    """The size of a blob in bytes."""
    return int(_git(repository, ["cat-file", "-s", blob]))


def blob_sizes(repository: Repository, blobs: Iterable[str]) -> dict[str, int]:
    """The sizes of blobs in bytes by id, in one process; AuditError `git-missing-object` as for `read_blobs`."""
    wanted = sorted(set(blobs))
    if not wanted:
        return {}
    found: dict[str, int] = {}
    for blob, line in zip(wanted, _batch(repository, "--batch-check", wanted).splitlines(), strict=True):
        fields = line.split(b" ")
        if len(fields) != 3 or fields[1] != b"blob":
            raise _missing(repository.top, f"git has no content for object {blob}")
        found[blob] = int(fields[2])
    return found


def _batch(repository: Repository, option: str, blobs: list[str]) -> bytes:
    data = "".join(blob + "\n" for blob in blobs).encode("ascii")
    return _git(repository, ["cat-file", option], data)


def _git(repository: Repository, arguments: list[str], data: bytes = b"") -> bytes:
    done = _ask(repository, arguments, data)
    if done.returncode != 0:
        raise _failed(arguments, done.stderr.decode("utf-8", "replace"), repository.top)
    return done.stdout


def _ask(repository: Repository, arguments: list[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return _run(repository.git, repository.top, repository.env, arguments, data)


def _run(
    git: str, folder: Path, env: Mapping[str, str], arguments: list[str], data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    try:
        return waiting.run([git, *git_program.OPTIONS, *arguments], folder, env, data)
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise AuditError("git-failed", "there is no such folder", where=str(folder)) from error
        raise AuditError("git-failed", "git is gone", where=git) from error
    except OSError as error:
        raise AuditError("git-failed", f"git could not be run: {error.strerror}", where=str(folder)) from error


def _missing(folder: Path, what: str) -> AuditError:
    return AuditError(
        "git-missing-object",
        what,
        where=str(folder),
        todo="A partial clone fetches it with: git checkout, or clone without --filter.",
    )


def _failed(arguments: list[str], message: str, folder: Path) -> AuditError:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    first = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0] if lines else "no message")
    if "promisor remote" in message:
        return _missing(folder, f"git has not fetched an object that git {arguments[0]} needs ({first[:200]})")
    return AuditError(
        "git-failed",
        f"git {arguments[0]} failed: {first[:300]}",
        where=str(folder),
        todo="Run it by hand to see more; a folder of another owner must be named in git's safe.directory.",
    )
