"""How git is started, so that it runs nothing of the repository's: by its absolute path, from no folder of the
checkout, with all off that names a program or changes what it prints. The gate asks it for states; `prune` asks whether
a file is committed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from code_path_audit.search_path import checkout, is_inside, real

MISSING = "git is not installed, or not on the PATH (folders of the checkout itself do not count)"

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
# GIT_INDEX_FILE is relative to the top of the work tree for git itself, from wherever it is started
_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
_SET = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    # outranks protocol.NAME.allow of the repository: a partial clone could name a program as what it fetches with
    "GIT_ALLOW_PROTOCOL": "none",
}
# a repository's own configuration may name programs to run: none of them is needed to read
OPTIONS = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never",
    "-c", "core.pager=cat", "-c", "core.attributesFile=", "-c", "log.showSignature=false",
)  # fmt: skip


def environment(outer: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What git runs with: `outer`, without what could change its output. Relative places are relative to `folder`, but
    that of the index."""
    kept = {
        name: value
        for name, value in outer.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    for name in _PLACES:
        if kept.get(name):
            kept[name] = os.path.join(folder, kept[name])
    if "PATH" in kept:
        kept["PATH"] = os.pathsep.join(_trusted(kept["PATH"], folder))
    return {**kept, **_SET}


def found(name: str, outer: Mapping[str, str], folder: Path) -> str | None:
    """The absolute path of a program: the first on the PATH, but for what is relative there or lies in the checkout
    around a folder; None where there is none."""
    file = f"{name}.exe" if sys.platform == "win32" else name
    for place in _trusted(outer.get("PATH", os.defpath), folder):
        path = os.path.join(place, file)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def _trusted(path: str, folder: Path) -> list[str]:
    """The folders of a PATH that are absolute, and not in the checkout around a folder: what a repository holds is not
    to be run."""
    top = real(checkout(os.path.realpath(folder)))
    return [place for place in path.split(os.pathsep) if os.path.isabs(place) and not is_inside(real(place), top)]


def is_git_name(part: str) -> bool:
    """Whether a part of a path names git's folder; as Windows has it, too: dots and blanks at the end of a name say
    nothing there, and names have a short form."""
    return part.casefold().rstrip(" .") in (".git", "git~1")


def is_git_folder(folder: str) -> bool:
    """Whether git takes a folder for its own, whatever its name: that of a bare repository, the one that a file `.git`
    leads to, or what one of several checkouts has to itself."""

    def has(name: str) -> bool:
        return os.path.lexists(os.path.join(folder, name))

    return has("HEAD") and (has("commondir") or (has("objects") and has("refs")))
