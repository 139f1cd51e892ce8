"""Candidates applied to the source in memory, one by one, each traced: one that saves nothing is taken back."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from code_path_audit.config import ActionConfig, Config
from code_path_audit.errors import AuditError
from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.pipeline import program_of, trace
from code_path_audit.profiles.model import ActionProfile, Candidate
from code_path_audit.prune.edits import EDITS, Refused, Wanted, edited
from code_path_audit.prune.file import lines_of
from code_path_audit.sources.model import SourceTree
from code_path_audit.sources.worktree import content_key, discover


class Applied(NamedTuple):
    """A candidate that was applied: the load of its action before and after, and whether the model is calibrated."""

    action: str
    candidate: Candidate
    before: int
    after: int
    calibrated: bool


class Left(NamedTuple):
    """A candidate that was not, and why."""

    action: str
    candidate: Candidate
    why: str


class Patch(NamedTuple):
    """What came of it: the files that change, before and after, by path."""

    applied: tuple[Applied, ...]
    left: tuple[Left, ...]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]

    def diff(self) -> str:
        """The patch, as `git apply` takes it."""
        lines: list[str] = []
        for path in sorted(self.after):
            old, new = (texts[path].decode("utf-8", "surrogateescape") for texts in (self.before, self.after))
            found = difflib.unified_diff(lines_of(old), lines_of(new), f"a/{path}", f"b/{path}")
            for line in found:
                lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
        return "".join(lines)


class Source:
    """The source in memory, of which some files are changed."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.tree = discover(config.root, config.source, config.exclude)
        self.original = {file.path: file.data for file in self.tree.files}
        self.now = dict(self.original)

    def profile(self, action: ActionConfig) -> ActionProfile:
        """The action as the source is now."""
        files = tuple(
            file if self.now[file.path] == file.data
            else file._replace(data=self.now[file.path], key=content_key(self.now[file.path]))
            for file in self.tree.files
        )  # fmt: skip
        program = program_of(SourceTree(files, self.tree.skipped, self.tree.entry_points))
        return trace(program, action, self.config, read=self.read)

    def read(self, path: str) -> bytes:
        """A file as it is now."""
        if path not in self.now:
            raise FileNotFoundError(path)
        return self.now[path]


def patch(
    config: Config,
    actions: tuple[ActionConfig, ...],
    wanted: str = "",
    told: Callable[[str], None] = lambda _: None,
) -> Patch:
    """Every candidate of some actions that has a mechanical edit, or the one whose id begins so.

    AuditError `prune-candidate` where no candidate has that id.
    """
    source = Source(config)
    applied: list[Applied] = []
    left: dict[tuple[str, str], Left] = {}
    seen = False
    for action in actions:
        profile = source.profile(action)
        tried: set[str] = set()
        while True:
            rows = [row for row in profile.candidates if row.id not in tried and row.id.startswith(wanted)]
            if not rows:
                break
            row, seen = rows[0], True
            tried.add(row.id)
            told(f"{row.file}:{row.line}: {row.title}")
            old = dict(source.now)
            try:
                for path, place in what(row):
                    source.now[path] = edited(source.now[path], place)
            except (Refused, KeyError) as refused:
                source.now = old
                left[action.name, row.id] = Left(action.name, row, str(refused) or "no file of the source")
                continue
            new, why = retraced(source, action)
            if new is None or not saves(row, profile, new):
                source.now = old
                left[action.name, row.id] = Left(action.name, row, why or "traced with it, the action costs no less")
                continue
            loads = profile.total_load_estimate, new.total_load_estimate
            applied.append(Applied(action.name, row, *loads, profile.calibrated))
            profile = new
    if wanted and not seen:
        raise AuditError(
            "prune-candidate", f"no candidate has an id that begins with {wanted!r}",
            todo="The JSON of an action has its candidates with their ids.",
        )  # fmt: skip
    changed = sorted(path for path, data in source.now.items() if data != source.original[path])
    return Patch(
        tuple(applied),
        tuple(left.values()),
        {path: source.original[path] for path in changed},
        {path: source.now[path] for path in changed},
    )


UNSEEN = frozenset(("parser", "concurrent"))
"""Kinds of which a trace shows nothing: it has one figure for a parser and its sibling, and counts requests, whether
they are waited for one after the other or not. A patch may not cost more there; --measure says whether it is faster."""


def saves(row: Candidate, before: ActionProfile, after: ActionProfile) -> bool:
    """Whether a trace of the patched source shows what a candidate promises."""
    if row.kind in UNSEEN:
        return after.total_load_estimate <= before.total_load_estimate
    if row.kind == "lazy":
        return always(after) < always(before)
    return after.total_load_estimate < before.total_load_estimate


def always(profile: ActionProfile) -> int:
    """The load of what runs in each run of an action."""
    return sum(op.weight for op in profile.expensive_ops if op.condition == CONDITIONS[0])


def retraced(source: Source, action: ActionConfig) -> tuple[ActionProfile | None, str]:
    """The action with a patch; or why there is none."""
    try:
        return source.profile(action), ""
    except AuditError as error:
        return None, f"what it gives cannot be traced: {error.what}"


def what(row: Candidate) -> list[tuple[str, Wanted]]:
    """The files that a candidate changes, and what its edit is told; Refused where its kind has none."""
    if row.kind not in EDITS:
        raise Refused(f"the edit of {row.kind} takes a person")
    if not row.calls:
        raise Refused("its call is not known by its place")
    found: dict[str, list[tuple[int, int, str]]] = {}
    for text in row.calls:
        place, _, callee = text.partition(" ")
        file, line, column = place.rsplit(":", 2)
        # a query is named by what it fetches
        name = "" if row.kind == "query" else callee.rpartition(".")[2]
        found.setdefault(file, []).append((int(line), int(column), name))
    if len(found) > 1 and row.kind == "keep":
        raise Refused("its sites are in more than one file")
    return [
        (file, Wanted(row.kind, tuple(sorted(set(places))), row.target, row.function, row.adds))
        for file, places in sorted(found.items())
    ]
