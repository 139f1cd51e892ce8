"""The files, folders and links of a project as git lists them, with links followed as a file system would."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from code_path_gate.states.git import LINK, SUBMODULE, Entry

MOST_LINKS = 40
"""On the way to one file; more are a loop, as for Linux."""

NOT_PLAIN = re.compile(r"(^|/)\.{0,2}(/|$)")
"""What stands in a path that may lead elsewhere than it says, without any link."""


class Project:
    """`entries` are all files and links by path, relative to the project; `folders` the names in each folder, "" for
    the project itself. `fetch` gives the bytes of blobs by id; None for one that is too large."""

    def __init__(self, listed: Iterable[Entry], fetch: Callable[[Iterable[str]], Mapping[str, bytes | None]]) -> None:
        self.entries = {entry.path: entry for entry in listed}
        self.fetch = fetch
        self.folders: dict[str, set[str]] = {"": set()}
        for path in self.entries:
            above, _, name = path.rpartition("/")
            while above not in self.folders:
                self.folders[above] = {name}
                above, _, name = above.rpartition("/")
            self.folders[above].add(name)

    @cached_property
    def targets(self) -> Mapping[str, str]:
        """What each link says."""
        links = [entry for entry in self.entries.values() if entry.mode == LINK]
        texts = self.fetch(sorted({link.blob for link in links})) if links else {}
        return {link.path: (texts[link.blob] or b"").decode("utf-8", "surrogateescape") for link in links}

    def resolve(self, path: str) -> str | None:
        """Where a path leads, through all links on the way; None out of the project, and for a loop."""
        if not self.targets and not NOT_PLAIN.search(path):
            return path
        todo = path.split("/")[::-1] if path else []
        real: list[str] = []
        followed = 0
        while todo:
            part = todo.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not real:
                    return None
                real.pop()
                continue
            real.append(part)
            target = self.targets.get("/".join(real))
            if target is not None:
                followed += 1
                if followed > MOST_LINKS or posixpath.isabs(target) or not target:
                    return None
                real.pop()
                todo += target.split("/")[::-1]
        return "/".join(real)

    def file(self, path: str) -> Entry | None:
        """The file that a path leads to; None where there is none."""
        real = self.resolve(path)
        entry = None if real is None else self.entries.get(real)
        return None if entry is None or entry.mode in (LINK, SUBMODULE) else entry
