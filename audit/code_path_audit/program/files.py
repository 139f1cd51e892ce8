"""The files of one state to a program, through the store: what was read once is not read again.

For each content the store has the facts, and beside them a summary of a few bytes: why there are none, if there are
none. The summaries alone tell all that is to be said of files whose facts nobody asks for.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from code_path_audit.facts.codec import VERSION, encode, head_of, open_facts
from code_path_audit.facts.kept_bodies import bodies_read, open_bodies
from code_path_audit.facts.workers import Broken, extract_all
from code_path_audit.processes import collector_off
from code_path_audit.program.dependencies import Importers, defining
from code_path_audit.program.link import link
from code_path_audit.program.model import Program
from code_path_audit.program.stubs.cache import KeptStubs
from code_path_audit.program.stubs.queries import PARSED, Stubs
from code_path_audit.sources.model import SkippedFile, SourceFile, SourceTree
from code_path_audit.store.folder import store_folder
from code_path_audit.store.pack import Store, digest, open_store

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from code_path_audit.config import Config
    from code_path_audit.facts.module import ModuleFacts

BATCH = 200
"""Files that are read before progress is told."""


class Progress(Protocol):
    """Told of work that goes on: what, how much of it is done, and of how much, 0 where nobody knows; with the steps
    that it took so far, where they are counted."""

    def __call__(self, what: str, done: int, total: int, steps: int = 0) -> None: ...


def no_progress(what: str, done: int, total: int, steps: int = 0) -> None:
    """For where nobody looks."""


Share = Callable[[bytes], object]
"""Hands bytes to the workers of an executor, once; what stands for them in the arguments of a task."""


def in_each(data: bytes) -> object:
    """In each task: what any executor can do."""
    return data


class How(NamedTuple):
    """How work is done, none of which changes a result: what is kept where, by how many, and who is told."""

    store: Store
    workers: int | None = None
    executor: Executor | None = None
    progress: Progress = no_progress
    stubs: Stubs = PARSED
    share: Share = in_each
    waits: Progress = no_progress
    """Who is told of long work where nobody sees its progress."""


ALONE = How(open_store("", 0.0))
"""Nothing is kept."""


def how_for(
    config: Config,
    environ: Mapping[str, str],
    now: float,
    cache_dir: str | None = None,
    progress: Progress = no_progress,
) -> tuple[How, str]:
    """How the work on a project is done: with the store that the user has; and a note if there is none to be had.

    `cache_dir` is what the command line says, None where it says nothing; `now` in seconds since 1970.
    """
    roots = [str(config.root), *(str(config.root / source) for source in config.source)]
    folder, note = store_folder(cache_dir, environ, roots)
    store = open_store(folder, now)
    return How(store, progress=progress, stubs=KeptStubs(store)), note


class Summary(NamedTuple):
    """Why there are no facts of a file, and where in it; "" where there are."""

    reason: str = ""
    line: int = 0


MISSING = Summary("no such module")
"""Of a module that no file has."""


class Said(NamedTuple):
    """What all files of a state say: the files without their bytes, the summaries by module, the facts as bytes."""

    tree: SourceTree
    summaries: dict[str, Summary]
    facts: dict[str, bytes]


Fetch = Callable[[Sequence[SourceFile]], Mapping[str, bytes]]
"""The bytes, by path, of files that were left out because they were read before."""


class Files:
    """The files of one state by module, and what they say, each read at most once.

    `fetch` is needed where the tree leaves out bytes.
    """

    def __init__(self, tree: SourceTree, how: How = ALONE, fetch: Fetch | None = None) -> None:
        self.tree = tree
        self.how = how
        self.fetch = fetch
        self.by_module = {file.module: file for file in tree.files}
        self._summaries: dict[str, Summary] = {}
        self._facts: dict[str, ModuleFacts] = {}
        self._heads: dict[str, bytes] = {}
        self._fetched: dict[str, bytes] = {}
        self._bytes = sum(len(file.data) for file in tree.files)
        self._program: Program | None = None
        self._importers: Importers | None = None
        self._defining: dict[str, tuple[str, ...]] = {}

    @staticmethod
    def of(said: Said) -> Files:
        """The files of a state that somebody else has read."""
        files = Files(said.tree)
        files._summaries = dict(said.summaries)
        files._facts = {module: open_facts(data) for module, data in said.facts.items()}
        return files

    def said(self) -> Said:
        """What all files say, to be read by nobody again."""
        self.program()
        facts = {}
        for file in self.tree.files:
            if not self._summaries[file.module].reason and (found := self.facts(file.module)) is not None:
                kept = self.how.store.get(_key("facts", file))
                facts[file.module] = encode(found) if kept is None else bytes(kept)
        return Said(_without_bytes(self.tree), self._summaries, facts)

    def data(self, file: SourceFile) -> bytes:
        """The bytes of one of the files."""
        if file.path not in self.tree.left_out:
            return file.data
        assert self.fetch is not None
        return self.fetch([file])[file.path]

    def source_bytes(self) -> int:
        """The size of all files together."""
        late = [file for file in self.tree.files if file.path in self.tree.left_out]
        return self._bytes + (sum(map(len, self.fetch(late).values())) if late and self.fetch is not None else 0)

    def texts(self, modules: Sequence[str]) -> dict[str, bytes]:
        """The bytes of the files of some modules; those that were left out are got at once, and kept for who asks next:
        most actions ask for the same."""
        files = [self.by_module[module] for module in modules]
        late = [file for file in files if file.path in self.tree.left_out and file.path not in self._fetched]
        if late and self.fetch is not None:
            self._fetched.update(self.fetch(late))
        return {file.module: self._fetched.get(file.path, file.data) for file in files}

    def summary(self, module: str) -> Summary:
        """Whether there are facts of a module; `MISSING` where there is no such file."""
        file = self.by_module.get(module)
        if file is None:
            return MISSING
        self._summarize([file])
        return self._summaries[module]

    def facts(self, module: str) -> ModuleFacts | None:
        """The facts of a module, None where there are none."""
        if self._program is not None and module in self._program.modules:
            return self._program.modules[module]
        if self.summary(module).reason:
            return None
        if module not in self._facts:
            file = self.by_module[module]
            stored = self._stored(file)
            if stored is None:
                # the summary outlived them
                self._extract([file])
            else:
                self._facts[module] = stored
        return self._facts.get(module)

    def facts_of_before(self, module: str, is_package: bool, key: str) -> ModuleFacts | None:
        """What a module said when its file had other bytes, by their key; None where the store does not have it."""
        return self._stored(SourceFile("", module, is_package, key, b""))

    def defining(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """For each name the modules that have something of it, as `dependencies.defining` finds them in the program.
        The program need not be linked for that."""
        missing = [name for name in names if name not in self._defining]
        self._defining.update(zip(missing, self._find_defining(missing), strict=True))
        return [self._defining[name] for name in names]

    def _find_defining(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        if self._program is not None or not names:
            return [defining(self.program(), name) for name in names]
        heads = self._all_heads()
        wanted = _as_written(names)
        found: dict[str, set[str]] = {name: set() for name in names}
        for module, head in heads.items():
            defined = [module]
            if _may_say(head, wanted) and (facts := self.facts(module)) is not None:
                defined += [f"{module}.{name}" for name in facts.header.names if name]
            for full in defined:
                around, _, last = full.rpartition(".")
                if last in found and around in heads:
                    found[last].add(around)
        return [tuple(sorted(found[name])) for name in names]

    def importing(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """For each name the modules that import it, as `dependencies.Importers` finds them in the program, which need
        not be linked for that."""
        if self._program is not None and names:
            self._importers = self._importers or Importers(self._program)
            return [tuple(sorted(self._importers.of(name))) for name in names]
        wanted = _as_written(name.rpartition(".")[2] for name in names)
        found: dict[str, set[str]] = {name: set() for name in names}
        for module, head in self._all_heads().items() if names else ():
            if _may_say(head, wanted) and (facts := self.facts(module)) is not None:
                for name in facts.header.imports:
                    while name:
                        if name in found:
                            found[name].add(module)
                        name = name.rpartition(".")[0]
        return [tuple(sorted(found[name])) for name in names]

    def _all_heads(self) -> dict[str, bytes]:
        """What each module says at its beginning, by modules that can be read; b"" where that is at hand anyway."""
        self._summarize(self.tree.files)
        if not self._heads:
            modules = [module for module, summary in self._summaries.items() if not summary.reason]
            self._heads = {module: self._head(module) for module in modules}
        return self._heads

    def _head(self, module: str) -> bytes:
        data = None if module in self._facts else self.how.store.get(_key("facts", self.by_module[module]))
        return b"" if data is None else head_of(data)

    def _keep(self, file: SourceFile, summary: Summary) -> None:
        self._summaries[file.module] = summary
        self.how.store.put(_key("summary", file), json.dumps(summary).encode())

    def program(self) -> Program:
        """All facts, linked; files that do not parse are among `Program.skipped`."""
        if self._program is None:
            with collector_off():
                self._summarize(self.tree.files)
                self._program = self._linked()
        return self._program

    def let_go(self) -> None:
        """The bytes of all files, where the program is linked: nobody needs them any more."""
        if self._program is not None:
            self.tree = _without_bytes(self.tree)
            self._fetched.clear()
            self.by_module = {file.module: file for file in self.tree.files}

    def skipped(self) -> tuple[SkippedFile, ...]:
        """The files that were not read or do not parse, sorted."""
        self._summarize(self.tree.files)
        broken = [
            SkippedFile(file.path, file.module, summary.reason, summary.line)
            for file in self.tree.files
            if (summary := self._summaries[file.module]).reason
        ]
        return tuple(sorted([*self.tree.skipped, *broken]))

    def _linked(self) -> Program:
        modules = []
        lost = []
        for file in self.tree.files:
            if self._summaries[file.module].reason:
                continue
            facts = self._facts.get(file.module) or self._stored(file)
            if facts is None:
                lost.append(file)
            else:
                modules.append((facts, file.path))
        if lost:
            # their summaries outlived them
            self._extract(lost)
            modules += [(self._facts[file.module], file.path) for file in lost if file.module in self._facts]
        return link(modules, self.skipped(), self.tree.entry_points, self.how.stubs, self.tree.hidden)

    def _stored(self, file: SourceFile) -> ModuleFacts | None:
        data = self.how.store.get(_key("facts", file))
        if data is None:
            return None
        try:
            return open_facts(bytes(data), partial(self._bodies, file._replace(data=b"")))
        except ValueError:
            return None

    def _bodies(self, file: SourceFile) -> Mapping[int, memoryview]:
        """The bodies of a file that were read from its text before, if they are kept."""
        data = self.how.store.get(_key("bodies", file))
        try:
            return {} if data is None else open_bodies(bytes(data))
        except ValueError:
            return {}

    def keep_bodies(self) -> None:
        """Writes down the bodies that were read from their text, at once: a copy of the process may end any time."""
        store = self.how.store.again()
        for module, facts in self.program().modules.items():
            data = bodies_read(facts)
            if data:
                store.put(_key("bodies", self.by_module[module]), data)
        store.commit()

    def _summarize(self, files: Iterable[SourceFile]) -> None:
        unknown = []
        for file in files:
            if file.module in self._summaries:
                continue
            data = self.how.store.get(_key("summary", file))
            found = None if data is None else _summary(bytes(data))
            if found is None:
                unknown.append(file)
            else:
                self._summaries[file.module] = found
        if unknown:
            self._extract(unknown)

    def _extract(self, files: Sequence[SourceFile]) -> None:
        """Reads files, and keeps what they say."""
        store = self.how.store
        done = 0
        for batch in _batches(files, self.how):
            rows = [(self.data(file), file.module, file.is_package) for file in batch]
            results = extract_all(rows, self.how.workers, self.how.executor)
            for file, result in zip(batch, results, strict=True):
                if isinstance(result, Broken):
                    self._keep(file, Summary(result.reason, result.line))
                else:
                    self._facts[file.module] = open_facts(result)
                    store.put(_key("facts", file), result)
                    self._keep(file, Summary())
            done += len(batch)
            self.how.progress("reading files", done, len(files))
        # what is put is held until it is written
        store.commit()


def _as_written(names: Iterable[str]) -> frozenset[bytes]:
    return frozenset([name.encode("utf-8", "surrogatepass") for name in names])


def _may_say(head: bytes, parts: frozenset[bytes]) -> bool:
    """Whether one of some parts of names may stand in a head."""
    # all parts of all names at once: a search for each name in each head takes ten times as long
    return not head or not parts.isdisjoint(head.replace(b".", b'"').split(b'"'))


def _without_bytes(tree: SourceTree) -> SourceTree:
    files = tuple([file._replace(data=b"") for file in tree.files])
    return tree._replace(files=files, left_out=frozenset(file.path for file in files))


def was_read(file: SourceFile, store: Store) -> bool:
    """Whether a store has what a file says, so that its bytes need not be looked at."""
    return _key("summary", file) in store and _key("facts", file) in store


def _batches(files: Sequence[SourceFile], how: How) -> list[Sequence[SourceFile]]:
    """All at once where nobody wants to know how far it is: fewer processes begin."""
    if how.progress is no_progress or len(files) <= BATCH:
        return [files]
    size = max(BATCH, -(-len(files) // 8))
    return [files[begin : begin + size] for begin in range(0, len(files), size)]


def _key(kind: str, file: SourceFile) -> bytes:
    shape = b"p" if file.is_package else b"m"
    return digest(kind, reader_version(), file.module.encode("utf-8", "surrogatepass"), shape, file.key.encode())


@cache
def reader_version() -> bytes:
    """What reads files: the bytes of the stage that does, and Python. Facts of any other are not to be believed."""
    import code_path_audit.facts as stage

    parts = [b"%d %d.%d.%d" % (VERSION, *sys.version_info[:3])]
    for top in stage.__path__:
        for folder, below, names in os.walk(top):
            below.sort()
            inside = os.path.relpath(folder, top).replace(os.sep, "/")
            for name in sorted(names):
                if name.endswith(".py"):
                    with open(os.path.join(folder, name), "rb") as file:
                        parts += [f"{inside}/{name}".encode(), file.read()]
    return digest("reader", *parts)


def _summary(data: bytes) -> Summary | None:
    try:
        reason, line = json.loads(data)
    except (TypeError, ValueError):
        return None
    return Summary(reason, line) if isinstance(reason, str) and isinstance(line, int) else None
