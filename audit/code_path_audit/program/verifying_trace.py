"""One cached result with its dependencies: a verifying trace, as build systems have it.

A dependency is a question to the program (what does this module define, what is in this body) and its answer. The
result holds as long as every question has the answer that it had. Which questions there are depends on the answers, and
so on the state of the source: for each result the latest few lists of questions are kept, so that two states which are
checked in turn do not evict each other. Each question is kept with its last answer and the content of the file that
gave it, so only files whose content differs are asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from code_path_audit.program.dependencies import Consulted, answer, says_the_same, starting
from code_path_audit.program.files import Files
from code_path_audit.sources.data_files import FileSize
from code_path_audit.store.pack import Store, digest

if TYPE_CHECKING:
    from code_path_audit.facts.module import ModuleFacts

LISTS = 4
"""Of questions that are kept for one result."""

NUL = "\0"
"""In no name of a module."""

MANY = 50
"""Files whose answers are written down again if their content is another than when they were."""


class Row(NamedTuple):
    """What a module was asked: its outline, and what was `read` of it (`Consulted.read`); and what it answers as long
    as its file has this path and content, "" for all three where it has no file."""

    module: str
    read: tuple[int, ...]
    path: str = ""
    content: str = ""
    answer: str = ""


class Questions(NamedTuple):
    """A list of questions: those to modules with their answers; `missing`: the names, one after a NUL byte behind the
    other, of modules that had no file; the rest as `Consulted` has it, and the paths of files whose size was asked for.
    """

    rows: tuple[Row, ...]
    missing: str
    everything: bool
    listed: bool
    defined: tuple[str, ...]
    prefixes: tuple[str, ...]
    imported: tuple[str, ...]
    sizes: tuple[str, ...]

    def consulted(self) -> Consulted:
        """The questions alone."""
        modules = (*[row.module for row in self.rows], *self.missing.split(NUL))
        read = tuple([(row.module, row.read) for row in self.rows if row.read])
        return Consulted(modules, self.everything, self.listed, self.defined, self.prefixes, read, self.imported)


class Found(NamedTuple):
    """A result that holds, the questions that it depends on, and the files whose size was asked for."""

    data: bytes
    consulted: Consulted
    sizes: tuple[str, ...]


class Nearby(NamedTuple):
    """A result that held in another state of the files, with what `Found` has; and each module that answers otherwise
    now, as it was asked then and now. `key` is that under which `put` kept it."""

    data: bytes
    consulted: Consulted
    sizes: tuple[str, ...]
    changed: tuple[tuple[Row, Row], ...]
    key: bytes = b""


class VerifyingTrace:
    """A result of some kind. `version` says which program makes it (`fingerprint`), `about` is all else that it depends
    on besides the files; `size` gives the sizes of those that were asked for. `store` is by default that of the files.
    """

    def __init__(
        self,
        kind: str,
        files: Files,
        version: bytes,
        about: Iterable[object],
        size: FileSize | None = None,
        store: Store | None = None,
    ) -> None:
        self.kind, self.files, self.size = kind, files, size
        self.store = store or files.how.store
        parts = [version, repr(files.tree.entry_points).encode(), *(repr(part).encode() for part in about)]
        self.about = digest(kind + " of", *parts)

    def get(self) -> Found | None:
        """The result, if what it depends on is as it was."""
        for slot, questions in self._lists():
            try:
                rows = self._answered(questions)
                found = self.store.get(self._key(rows, questions))
            except (TypeError, ValueError):
                continue
            if found is not None:
                if sum(map(Row.__ne__, rows, questions.rows)) > MANY:
                    self.store.put(
                        self._place(slot), _written(questions._replace(rows=tuple(rows[: len(questions.rows)])))
                    )
                return Found(bytes(found), questions.consulted(), questions.sizes)
        return None

    def nearby(self) -> Iterator[Nearby]:
        """The results that all but what single modules answer would lead to, the latest first: each of these modules
        has a file, as before, and at the same path."""
        for _, questions in self._lists():
            try:
                before = list(questions.rows)
                key = self._key(before, questions)
                found = self.store.get(key)
                rows = self._answered(questions)
            except (TypeError, ValueError):
                continue
            if found is None or len(rows) != len(before):
                continue
            changed = tuple([(was, now) for was, now in zip(before, rows, strict=True) if was.answer != now.answer])
            if all(was.content and now.content and was.path == now.path for was, now in changed):
                yield Nearby(bytes(found), questions.consulted(), questions.sizes, changed, key)

    @property
    def is_asked(self) -> bool:
        """Whether the same was made of another state of the files before."""
        return bool(self.store.get(self._place()))

    def put(self, data: bytes, consulted: Consulted, sizes: Iterable[str]) -> bytes:
        """Keeps a result; the key under which it is, b"" where nothing is kept."""
        if not self.store.folder:
            return b""
        lists = list(self._lists())
        known = {(row.module, row.read): row for _, questions in lists[:1] for row in questions.rows}
        read = dict(consulted.read)
        files = self.files.by_module
        missing = NUL.join([name for name in consulted.modules if name not in files and NUL not in name])
        names = sorted(files) if consulted.everything else [name for name in consulted.modules if name in files]
        asked = [(name, read.get(name, ())) for name in names]
        rows = tuple([self._now(known.get(row) or Row(*row)) for row in asked])
        questions = Questions(rows, missing, *consulted[1:5], consulted.imported, tuple(sorted(sizes)))
        slots = [slot for slot, _ in lists]
        same = [slot for slot, other in lists if _without_answers(other) == _without_answers(questions)]
        free = [slot for slot in range(LISTS) if slot not in slots]
        slot = [*same, *free, *reversed(slots)][0]
        self.store.put(self._place(slot), _written(questions))
        self.store.put(self._place(), bytes([slot, *(other for other in slots if other != slot)]))
        key = self._key(rows, questions)
        self.store.put(key, data)
        return key

    def _place(self, slot: int | None = None) -> bytes:
        """Where a list of questions is kept; without a slot, where it says which slots are taken, the latest first."""
        return digest(self.kind + " questions", self.about, b"" if slot is None else b"%d" % slot)

    def _lists(self) -> Iterator[tuple[int, Questions]]:
        """The lists of questions, each with its slot, the latest first."""
        for slot in bytes(self.store.get(self._place()) or b""):
            data = self.store.get(self._place(slot))
            questions = None if data is None else _read(bytes(data))
            if questions is not None:
                yield slot, questions

    def _answered(self, questions: Questions) -> list[Row]:
        """The answers of the modules as they are now; behind them those of modules that had no file then."""
        known = {row.module for row in questions.rows}
        more = (
            self.files.by_module.keys()
            if questions.everything
            else self.files.by_module.keys() & questions.missing.split(NUL)
        )
        return [*map(self._now, questions.rows), *[self._now(Row(name, ())) for name in sorted(more - known)]]

    def _now(self, row: Row) -> Row:
        """The same question, with the answer as it is now."""
        file = self.files.by_module.get(row.module)
        if file is None:
            return Row(row.module, row.read)
        content = f"{file.key} package" if file.is_package else file.key
        if file.path == row.path and content == row.content:
            return row
        return Row(row.module, row.read, file.path, content, self._answer_after(row))

    def _answer_after(self, row: Row) -> str:
        """What a module answers now: in the words of before, where it says the same in other ones."""
        said = self._answer(row.module, row.read)
        if not row.content or said == row.answer:
            return said
        before = facts_then(self.files, row)
        now = self.files.facts(row.module)
        try:
            alike = before is not None and now is not None and says_the_same(before, now, row.read)
        except ValueError:  # what the store has of before is damaged
            alike = False
        return row.answer if alike else said

    def _answer(self, module: str, read: Iterable[int]) -> str:
        facts = self.files.facts(module)
        return repr(self.files.summary(module)) if facts is None else answer(facts, read)

    def _key(self, rows: Iterable[Row], questions: Questions) -> bytes:
        """Under which the result is kept that follows from these answers."""
        files = self.files
        answers = [(row.module, row.read, row.path, row.answer) for row in rows]
        modules = {*(row.module for row in rows), *questions.missing.split(NUL)}
        skipped = [file for file in (*files.tree.skipped, *files.tree.hidden) if file.module in modules]
        names: list[str] = []
        if questions.listed or questions.prefixes:
            broken = {file.path for file in files.skipped()}
            names = sorted(name for name, file in files.by_module.items() if file.path not in broken)
        below = [(prefix, starting(names, prefix)) for prefix in questions.prefixes]
        defined = list(zip(questions.defined, files.defining(questions.defined), strict=True))
        imported = list(zip(questions.imported, files.importing(questions.imported), strict=True))
        lengths = [(path, self.size(path) if self.size else None) for path in questions.sizes]
        said = repr((answers, skipped, names if questions.listed else (), defined, below, imported, lengths)).encode()
        return digest(self.kind, self.about, said, questions.missing.encode("utf-8", "surrogatepass"))


def facts_then(files: Files, row: Row) -> ModuleFacts | None:
    """What a module said when it gave an answer; None where the store does not have it any more."""
    key, _, package = row.content.partition(" ")
    return files.facts_of_before(row.module, bool(package), key)


def _without_answers(questions: Questions) -> object:
    return ([(row.module, row.read) for row in questions.rows], *questions[1:])


def _written(questions: Questions) -> bytes:
    return json.dumps(questions, separators=(",", ":")).encode()


def _read(data: bytes) -> Questions | None:
    """The questions that were written; None for anything else."""
    try:
        rows, missing, everything, listed, *names = json.loads(data)
        defined, prefixes, imported, sizes = map(_texts, names)
        (missing,) = _texts([missing])
        return Questions(
            tuple(map(_row, rows)), missing, bool(everything), bool(listed), defined, prefixes, imported, sizes
        )
    except (TypeError, ValueError):
        return None


def _row(item: Any) -> Row:
    module, read, path, content, said = item
    if any(type(index) is not int for index in read):
        raise ValueError("not a list of functions")
    module, path, content, said = _texts((module, path, content, said))
    return Row(module, tuple(read), path, content, said)


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    found = tuple(values)
    if any(type(value) is not str for value in found):
        raise ValueError("not texts")
    return found
