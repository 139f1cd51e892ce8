"""The only caller of git: what changed, and the bytes of any state, straight from the index and the objects.

Nothing here checks out, stashes or writes. Paths are relative to the top of the repository, with "/".
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from code_path_audit.errors import AuditError

INDEX = ":index"
"""Names the staged state where a function takes a state; any other text is a commit's id."""

LINK, SUBMODULE = "120000", "160000"
"""Modes of a symbolic link and of a submodule."""


class Repository(NamedTuple):
    """A work tree. `top` is its top folder; `env` the environment that git runs in."""

    top: Path
    env: Mapping[str, str]


class Entry(NamedTuple):
    """One file of one state. `stage` is 0, but for the versions of an unresolved merge."""

    path: str
    mode: str
    blob: str
    stage: int = 0


# What git itself hands to its hooks, and what says where a repository is or whether it is trusted. The rest of git's
# variables could change what the commands below print.
_KEPT = frozenset(
    {
        "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_CEILING_DIRECTORIES",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
    }
)  # fmt: skip
_KEPT_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")
_SET = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
}
# a repository's own configuration may name programs to run: none of them is needed to read
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never")


def environment(outer: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What git runs with: `outer`, without what could change its output. Relative places are relative to `folder`."""
    kept = {
        name: value
        for name, value in outer.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    for name in _PLACES:
        if kept.get(name):
            kept[name] = os.path.join(folder, kept[name])
    return {**kept, **_SET}


def find_repository(folder: Path, outer: Mapping[str, str]) -> Repository | None:
    """The repository that a folder lies in, None if it lies in none; AuditError `git-missing`, `git-failed`."""
    env = environment(outer, folder)
    done = _run(folder, env, ["rev-parse", "--show-toplevel"])
    if done.returncode == 0:
        return Repository(Path(os.fsdecode(done.stdout).removesuffix("\n")), env)
    message = done.stderr.decode("utf-8", "replace")
    if "not a git repository" in message or "must be run in a work tree" in message:
        return None
    raise _failed(["rev-parse"], message, folder)


def resolve(repository: Repository, revision: str) -> str | None:
    """The id of the commit that a revision names; None where it names none."""
    arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"]
    done = _run(repository.top, repository.env, arguments)
    return done.stdout.decode("ascii").strip() if done.returncode == 0 and done.stdout.strip() else None


def head_commit(repository: Repository) -> str | None:
    """The last commit; None on a branch that has none yet. AuditError `git-head` where it is damaged."""
    commit = resolve(repository, "HEAD")
    if commit is not None:
        return commit
    branch = _run(repository.top, repository.env, ["symbolic-ref", "--quiet", "HEAD"])
    name = os.fsdecode(branch.stdout).strip()
    if branch.returncode == 0 and name:
        # says nothing of a branch that is not there, and complains of one that is damaged
        listed = _run(repository.top, repository.env, ["for-each-ref", name])
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
    output = _git(repository, ["rev-parse", "--show-object-format", "--git-path", "index"])
    algorithm, _, path = output.partition(b"\n")
    try:
        data = (repository.top / os.fsdecode(path.removesuffix(b"\n"))).read_bytes()
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
            f"git knows no commit {revision!r}",
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
    done = _run(repository.top, repository.env, ["merge-base", base, head])
    if done.returncode == 0:
        return done.stdout.decode("ascii").split()[0]
    if is_shallow(repository):
        raise AuditError(
            "git-shallow", f"no common commit of {revision!r} and HEAD", where=str(repository.top), todo=FETCH_MORE
        )
    raise AuditError(
        "git-no-merge-base",
        f"{revision!r} and HEAD have no common commit",
        where=str(repository.top),
        todo="Name the branch that this change will be merged into.",
    )


def is_shallow(repository: Repository) -> bool:
    """Whether the clone has only part of the history."""
    return _git(repository, ["rev-parse", "--is-shallow-repository"]).strip() == b"true"


def staged_changes(repository: Repository, commit: str | None) -> tuple[str, ...]:
    """Paths where the index differs from a commit, both sides of a rename; all of it where there is no commit yet."""
    if commit is None:
        return tuple(sorted({entry.path for entry in entries(repository, INDEX)}))
    return _paths(_git(repository, ["diff-index", "--cached", "--name-only", "--no-renames", "-z", commit, "--"]))


def worktree_changes(repository: Repository, commit: str) -> tuple[str, ...]:
    """Paths where the working tree differs from a commit, untracked files included."""
    # not `git diff`, which writes the index anew
    options = ["--porcelain", "--no-renames", "--untracked-files=all", "--ignore-submodules=none", "-z"]
    require_index(repository)
    unstaged = _git(repository, ["status", *options])
    found = {os.fsdecode(line[3:]) for line in unstaged.split(b"\0") if line}
    return tuple(sorted(found.union(staged_changes(repository, commit))))


def commit_changes(repository: Repository, before: str, after: str) -> tuple[str, ...]:
    """Paths where two commits differ."""
    return _paths(_git(repository, ["diff-tree", "-r", "--name-only", "--no-renames", "-z", before, after, "--"]))


def _paths(listed: bytes) -> tuple[str, ...]:
    return tuple(sorted({os.fsdecode(path) for path in listed.split(b"\0") if path}))


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
    found: dict[str, bytes | None] = {}
    sizes = _batch(repository, "--batch-check", wanted)
    for blob, line in zip(wanted, sizes.splitlines(), strict=True):
        fields = line.split(b" ")
        if len(fields) != 3 or fields[1] != b"blob":
            raise AuditError(
                "git-missing-object",
                f"git has no content for object {blob}",
                where=str(repository.top),
                todo="A partial clone fetches it with: git checkout, or clone without --filter.",
            )
        if int(fields[2]) > limit:
            found[blob] = None
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


def _batch(repository: Repository, option: str, blobs: list[str]) -> bytes:
    data = "".join(blob + "\n" for blob in blobs).encode("ascii")
    return _git(repository, ["cat-file", option], data)


def _git(repository: Repository, arguments: list[str], data: bytes = b"") -> bytes:
    done = _run(repository.top, repository.env, arguments, data)
    if done.returncode != 0:
        raise _failed(arguments, done.stderr.decode("utf-8", "replace"), repository.top)
    return done.stdout


def _run(
    folder: Path, env: Mapping[str, str], arguments: list[str], data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *_OPTIONS, *arguments], cwd=folder, env=dict(env), input=data, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise AuditError("git-failed", "there is no such folder", where=str(folder)) from error
        raise AuditError(
            "git-missing",
            "git is not installed, or not on the PATH",
            todo="Install git, or check without --staged and --base.",
        ) from error
    except OSError as error:
        raise AuditError("git-failed", f"git could not be run: {error.strerror}", where=str(folder)) from error


def _failed(arguments: list[str], message: str, folder: Path) -> AuditError:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    first = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0] if lines else "no message")
    return AuditError(
        "git-failed",
        f"git {arguments[0]} failed: {first[:300]}",
        where=str(folder),
        todo="Run it by hand to see more; a folder of another owner must be named in git's safe.directory.",
    )
