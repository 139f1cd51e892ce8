"""What differs between the state that is checked and the one before the change, found by content.

Git's own list of changed files is not asked: it leaves out what is ignored, what is marked (assume-unchanged,
skip-worktree), and that a link leads to something else now. Both states are read by the same rules instead, and what
they hold is compared: each module by the id of its content, every other file by its size, which is all that the audit
ever asks of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import NamedTuple

from code_path_audit.config import Config
from code_path_audit.errors import AuditError
from code_path_audit.sources.model import SourceFile, SourceTree
from code_path_audit.sources.worktree import content_key
from code_path_gate.measuring.actions import Actions
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.states import git
from code_path_gate.states.comparison import Comparison
from code_path_gate.states.git_files import GitFiles
from code_path_gate.states.git_state import GitState


class Differences(NamedTuple):
    """`modules` have another content, another file or another state of being skipped; `resized` gives the files that
    have another size, their paths relative to the project root, with the size before, None where there was none; looked
    for once, when somebody asks."""

    modules: frozenset[str]
    resized: Callable[[], Mapping[str, int | None]]


def differences(compared: Comparison, now: Actions, earlier: Earlier) -> Differences | None:
    """What differs; None where that touches every action: the configuration, what ops are weighed by, plugins."""
    state = earlier.state
    if state is None or not _is_configured_alike(compared, earlier):
        return None
    if not _has_same_files(compared, state, compared.state.config.files_that_count) and earlier.reweighed:
        return None
    try:
        was = state.listed
        tree = source_now(compared, now)
    except AuditError:
        return None
    if was.entry_points != tree.entry_points:
        return None
    return Differences(_modules(was, tree), cache(partial(_resized, compared, state)))


def source_now(compared: Comparison, now: Actions) -> SourceTree:
    """The files of the source that is checked; of what git has by their ids, without any of their bytes."""
    return compared.state.listed if isinstance(compared.state, GitState) else now.files.tree


def _is_configured_alike(compared: Comparison, earlier: Earlier) -> bool:
    """Whether the configuration says the same, and stands at the same place."""
    was, config = earlier.config, compared.state.config
    if was is None or compared.before is None or was._replace(root=config.root) != config:
        return False
    return compared.before.prefix(was) == compared.prefix


def _has_same_files(compared: Comparison, before: GitState, paths: Iterable[str]) -> bool:
    """Whether these files are the same in both states, without a look at what they say."""
    return all(_entry_now(compared, path) == before.entry(path) for path in paths)


def _entry_now(compared: Comparison, path: str) -> tuple[str, str] | None:
    """The mode and the blob of a file of the state that is checked, None where there is none."""
    state = compared.state
    if isinstance(state, GitState):
        return state.entry(path)
    full = state.config.root / path
    if not os.path.lexists(full):
        return None
    if full.is_symlink() or not full.is_file():
        return (git.LINK, "")
    try:
        return ("100644", content_key(full.read_bytes()))
    except OSError:
        return (git.LINK, "")


def _modules(was: SourceTree, tree: SourceTree) -> frozenset[str]:
    """The modules that are not the same in two trees."""
    before = {file.module: file for file in was.files}
    now = {file.module: file for file in tree.files}
    found = {
        module
        for module in before.keys() | now.keys()
        if module not in before or module not in now or not _is_same(before[module], now[module])
    }
    unread = [{(file.path, file.module) for file in (*side.skipped, *side.hidden)} for side in (was, tree)]
    return frozenset(found.union(module for _, module in unread[0] ^ unread[1]))


def _is_same(was: SourceFile, file: SourceFile) -> bool:
    if (was.path, was.is_package) != (file.path, file.is_package):
        return False
    if was.key == file.key:
        return True
    # as git writes files where lines end so (core.autocrlf): Python reads both alike
    return b"\r\n" in file.data and content_key(file.data.replace(b"\r\n", b"\n")) == was.key


def _resized(compared: Comparison, before: GitState) -> Mapping[str, int | None]:
    """The files whose size differs, with what it was."""
    paths, state = sorted(set(_all_paths(compared, before))), compared.state
    was = before.sizes(paths)
    # of what git has all at once: one by one each takes a process
    size = state.sizes(paths).get if isinstance(state, GitState) else state.file_size()
    return {path: was.get(path) for path in paths if was.get(path) != size(path)}


def _all_paths(compared: Comparison, before: GitState) -> Iterator[str]:
    """Every file of either state that may have another size, relative to the project root."""
    state, prefix = compared.state, compared.prefix
    if isinstance(state, GitState):
        yield from _differing(before.tracked, state.tracked, prefix)
        return
    yield from (path.removeprefix(prefix) for path in before.tracked.entries if path.startswith(prefix))
    repository = before.tracked.repository
    for path in git.untracked(repository, ignored=True):
        if path.startswith(prefix):
            yield from _below(state.config, path.removeprefix(prefix))
    for entry in git.entries(repository, git.INDEX):
        if entry.path.startswith(prefix):
            below = entry.path.removeprefix(prefix)
            yield from _below(state.config, below + "/") if entry.mode == git.SUBMODULE else (below,)


def _below(config: Config, path: str) -> Iterator[str]:
    """A file; of a folder, with "/" at its end, which is a repository of its own, all files in it."""
    if not path.endswith("/"):
        yield path
        return
    root = str(config.root)
    for folder, _, names in os.walk(os.path.join(root, path)):
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        yield from (f"{inside}/{name}" for name in names)


def _differing(one: GitFiles, other: GitFiles, prefix: str) -> Iterator[str]:
    entries: Mapping[str, git.Entry] = one.entries
    for path in entries.keys() | other.entries.keys():
        if path.startswith(prefix) and entries.get(path) != other.entries.get(path):
            yield path.removeprefix(prefix)
