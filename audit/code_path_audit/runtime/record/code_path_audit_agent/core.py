"""What one recorded process knows: code objects, op sites, and the file they are written to.

Nothing in here is imported from outside the interpreter's own start-up modules, so that the program's imports stay its
own.
"""

from __future__ import annotations

import os
import sys
import time
from _contextvars import ContextVar
from _thread import RLock, _local
from itertools import islice
from opcode import opmap
from types import CodeType, FrameType

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from typing import Any

FORMAT = 1
FLUSH_NS = 10_000_000
FLUSH_SHARE = 100
"""The file is written at most every 10 ms, and so seldom that writing takes at most a hundredth of the time."""

PROJECT, ENTRY, OP, IMPORT = 1, 2, 4, 8
"""What code is: the project's; an entry point; an op's, so that ops below it are part of it; the import system's."""

clock = time.perf_counter_ns
getframe = sys._getframe
_open, _write, _close, _getpid = os.open, os.write, os.close, os.getpid
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_FOREIGN = {"site-packages", "dist-packages", "node_modules", "__pycache__"}
GENERATOR = 0x20 | 0x80 | 0x200

BELOW: ContextVar[bool] = ContextVar("code_path_audit_below", default=False)
"""Set in the context of asyncio tasks that were made below an entry point."""


class Local(_local):
    """One thread's state: `active` entry points (where events say so), `importing` while an import below an entry point
    runs, `import_below` whether the outermost import that runs is below one."""

    active = 0
    importing = False
    import_below = False


class Info:
    """One code object: `path` and `module` where it is the project's, `entry` where it is an entry point of the
    action."""

    __slots__ = ("capped", "code", "entry", "holds_op", "module", "name", "number", "path", "project", "starts")

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.path = self.module = self.name = ""
        self.project = self.entry = self.capped = self.holds_op = False
        self.number = -1
        self.starts = 0


class Site:
    """One op site: where, what, how often since the last flush and ever (`taken`), samples (size or -1, ns, ns
    awaited), and at which execution the next sample (`due`) and the next size (`size_due`) is taken.

    `kind` is the row in the file: "op" where a stand-in saw it, "event" where an event did.
    """

    __slots__ = (
        "callee", "cost_class", "count", "direct", "due", "info", "kind", "offset", "samples", "size_due", "taken",
    )  # fmt: skip

    def __init__(self, info: Info, offset: int, callee: str, cost_class: str, direct: bool, kind: str = "op") -> None:
        self.info, self.offset, self.callee, self.cost_class = info, offset, callee, cost_class
        self.direct, self.kind = direct, kind
        self.count = self.taken = 0
        self.due = self.size_due = 1
        self.samples: list[tuple[int, int, int]] = []


Place = tuple[int, int, int, int, str]
"""(line, column, last line, last column) of an instruction, and what it does where that is not a call that is written:
"iterate", "truth", or "context:N" of the N-th item of a `with`. Before 3.13 such an instruction stands for a whole
statement."""

_NAMES = {
    "iterate": "FOR_ITER GET_ITER GET_AITER GET_ANEXT SEND GET_YIELD_FROM_ITER END_ASYNC_FOR",
    "enter": "BEFORE_WITH BEFORE_ASYNC_WITH",
    "leave": "CALL",
    "raise": "WITH_EXCEPT_START",
    "truth": "TO_BOOL UNARY_NOT POP_JUMP_IF_TRUE POP_JUMP_IF_FALSE JUMP_IF_TRUE_OR_POP JUMP_IF_FALSE_OR_POP "
    "POP_JUMP_FORWARD_IF_TRUE POP_JUMP_FORWARD_IF_FALSE POP_JUMP_BACKWARD_IF_TRUE POP_JUMP_BACKWARD_IF_FALSE",
}
NOWHERE: Place = (-1, -1, -1, -1, "")
_DOES = {opmap[name]: what for what, names in _NAMES.items() for name in names.split() if name in opmap}
_ENTERS = frozenset(number for number, what in _DOES.items() if what == "enter")


def place_of(code: CodeType, offset: int) -> Place:
    """The place of the instruction at a byte offset."""
    body = code.co_code
    if not 0 <= offset < len(body):
        return NOWHERE
    row = next(islice(code.co_positions(), offset // 2, None))
    what = _DOES.get(body[offset], "")
    if what in ("enter", "leave", "raise"):
        what = _item(code, body, offset, row) if _ENTERS.intersection(body[::2]) else ""
    return *[-1 if value is None else value for value in (row[0], row[2], row[1], row[3])], what  # type: ignore[return-value]


def _item(code: CodeType, body: bytes, offset: int, row: object) -> str:
    """Which item of a `with` an instruction enters or leaves, if it does; the whole statement may be its place."""
    same = [at for at, other in enumerate(code.co_positions()) if other == row]
    count = sum(1 for at in same if body[2 * at] in _ENTERS)
    if not count:
        return ""
    number = [at for at in same if body[2 * at] == body[offset]].index(offset // 2)
    # items are entered in their order, and left in the reverse one, on each way out
    return f"context:{number if body[offset] in _ENTERS else count - 1 - number % count}"


class Recorder:
    """All that is recorded in one process. `config` is what `record.command` wrote: see `start.start_from_file`."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        self.mode: str = config["mode"]
        self.folder: str = config["folder"]
        self.roots: list[tuple[str, str, str]] = [tuple(root) for root in config["roots"]]
        self.entries = frozenset(config["entries"])
        self.cwd = os.getcwd()
        self.below_all = self.starts_by_edges = False
        self.local = Local()
        self.infos: dict[int, Info] = {}
        self.kinds: dict[int, int] = {}
        self.stand_ins: dict[int, object] = {}
        self.sites: dict[tuple[int, int, str], Site] = {}
        self.files: dict[str, tuple[str, str]] = {}
        self.places: dict[tuple[int, int], Place] = {}
        self.reset()

    def reset(self) -> None:
        """Empty, for this process: at the start, and in a forked child."""
        self.pid = _getpid()
        self.path = os.path.join(self.folder, f"{self.mode}-{self.pid}-{clock():x}.txt")
        self.lock = RLock()
        self.sites.clear()
        self.edges: dict[tuple[int, int, int, bool], int] = {}
        self.starts: dict[int, int] = {}
        self.imports: list[tuple[int, int, str, int]] = []
        self.collections: dict[int, list[int]] = {}
        self.entered = 0
        self.problems: set[str] = set()
        self.late: dict[int, Any] = {}
        self.lines: list[str] = []
        self.flush_at = clock() + FLUSH_NS
        for info in self.infos.values():
            info.number = -1
        self.numbers = 0
        version = ".".join(map(str, sys.version_info[:3]))
        self.emit("head", FORMAT, self.mode, version, sys.platform, self.config.get("action", ""))

    # what code belongs to

    def learn(self, code: CodeType) -> Info:
        """Look at a code object for the first time. It is kept alive, so that its id stays its own."""
        info = Info(code)
        info.path, info.module = self.place(code.co_filename)
        if info.module:
            info.project = True
            parts = [part for part in code.co_qualname.split(".") if part not in ("<locals>", "<module>")]
            info.name = ".".join(parts)
            fqname = ".".join([info.module, *parts])
            info.entry = fqname in self.entries
        self.infos[id(code)] = info
        self.kinds[id(code)] = self.kinds.get(id(code), 0) | (
            PROJECT * info.project + ENTRY * info.entry + IMPORT * code.co_filename.startswith("<frozen importlib")
        )
        return info

    def mark(self, code: CodeType, kind: int) -> None:
        """Say what a code object is, beside what its file tells."""
        info = self.infos.get(id(code)) or self.learn(code)
        info.entry = info.entry or bool(kind & ENTRY)
        self.kinds[id(code)] |= kind

    def place(self, filename: str) -> tuple[str, str]:
        """(path relative to the project root, module) of a source file of the project, else two empty strings."""
        found = self.files.get(filename)
        if found is not None:
            return found
        found = ("", "")
        if filename.endswith(".py"):
            path = os.path.normpath(os.path.join(self.cwd, filename))
            for folder, prefix, package in self.roots:
                if not path.startswith(folder + os.sep):
                    continue
                parts = path[len(folder) + 1 : -3].split(os.sep)
                if _FOREIGN.intersection(parts) or any(part.startswith(".") for part in parts):
                    continue
                if package and parts[0] != package:
                    continue
                relative = prefix + "/".join(parts) + ".py"
                found = (relative, ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts))
                break
        self.files[filename] = found
        return found

    def locate(self, frame: FrameType | None) -> FrameType | None:
        """The project's nearest frame at or below `frame`, or None where no entry point is on the stack, nor did one
        start this thread, task or process; or where this is part of another op, or of what the import system reads."""
        kinds, near, mask = self.kinds, None, OP | IMPORT
        while frame is not None:
            code = frame.f_code
            kind = kinds.get(id(code))
            if kind is None:
                self.learn(code)
                kind = kinds[id(code)]
            if kind:
                if kind & mask:
                    return None
                if near is None and kind & PROJECT:
                    near = frame
                if kind & ENTRY:
                    return near
            mask = OP
            frame = frame.f_back
        return near if near is not None and (self.below_all or BELOW.get()) else None

    def below(self, frame: FrameType | None) -> bool:
        """Whether `frame` runs below an entry point."""
        if self.below_all or BELOW.get():
            return True
        kinds = self.kinds
        while frame is not None:
            code = frame.f_code
            kind = kinds.get(id(code))
            if kind is None:
                self.learn(code)
                kind = kinds[id(code)]
            if kind & ENTRY:
                return True
            frame = frame.f_back
        return False

    # ops

    def site(self, frame: FrameType, direct: bool, callee: str, cost_class: str, kind: str = "op") -> Site:
        """The op site at the instruction that a frame of the project is at."""
        code = frame.f_code
        key = (id(code), frame.f_lasti, callee)
        site = self.sites.get(key)
        if site is None:
            info = self.infos[id(code)]
            info.holds_op = True
            site = self.sites[key] = Site(info, frame.f_lasti, callee, cost_class, direct, kind)
        return site

    def add(self, site: Site, size: int | None, ns: int, away: int = 0) -> None:
        """A sample of an execution that is counted already."""
        with self.lock:
            site.samples.append((-1 if size is None else size, ns, away))

    # the file

    def emit(self, *row: object) -> None:
        """Put a line into the buffer: a Python literal, so that neither side needs more than the interpreter."""
        self.lines.append(ascii(row))

    def problem(self, slug: str, text: str = "") -> None:
        """Say in the recording, once, what could not be recorded."""
        try:
            with self.lock:
                if slug not in self.problems:
                    self.problems.add(slug)
                    self.emit("problem", slug, text)
                    self.flush()
        except Exception:
            return

    def number(self, info: Info) -> int:
        """The number of a code object in this file; its row is written where it is new."""
        if info.number < 0:
            info.number = self.numbers
            self.numbers += 1
            self.emit("code", info.number, info.path, info.name, info.code.co_firstlineno)
        return info.number

    def position(self, info: Info, offset: int) -> Place:
        """The place of an instruction; columns in UTF-8 bytes; -1 where unknown."""
        place = self.places.get((id(info.code), offset))
        if place is None:
            place = self.places[id(info.code), offset] = place_of(info.code, offset)
        return place

    def flush(self, now: int = 0) -> None:
        """Append what is new. The file is opened anew each time: a program may close all descriptors it finds."""
        with self.lock:
            began = now or clock()
            # lists: other threads go on adding meanwhile
            for site in list(self.sites.values()):
                if site.count or site.samples:
                    count, site.count = site.count, 0
                    samples, site.samples = site.samples, []
                    row = (self.number(site.info), self.position(site.info, site.offset), site.callee, site.cost_class)
                    self.emit(site.kind, *row, site.direct, count, samples)
            if self.edges:
                edges, self.edges = self.edges, {}
                for (caller, offset, callee, direct), count in list(edges.items()):
                    if self.starts_by_edges:
                        self.starts[callee] = self.starts.get(callee, 0) + count
                    above = self.infos.get(caller)
                    place = NOWHERE if above is None else self.position(above, offset)
                    self.emit("edge", -1 if above is None else self.number(above), place,
                              self.number(self.infos[callee]), direct, count)  # fmt: skip
            if self.starts:
                starts, self.starts = self.starts, {}
                for code, count in list(starts.items()):
                    info = self.infos[code]
                    self.emit("starts", self.number(info), count, info.capped)
            imports, self.imports = self.imports, []
            for caller, offset, module, ns in imports:
                above = self.infos[caller]
                self.emit("import", self.number(above), self.position(above, offset), module, ns)
            collections, self.collections = self.collections, {}
            for generation, (count, ns) in sorted(collections.items()):
                self.emit("gc", generation, count, ns)
            if self.entered:
                self.emit("entered", self.entered)
                self.entered = 0
            lines, self.lines = self.lines, []
            if lines:
                self.append("".join(line + "\n" for line in lines))
            ended = clock()
            self.flush_at = ended + max(FLUSH_NS, FLUSH_SHARE * (ended - began))

    def append(self, text: str) -> None:
        """Write to the end of this process's file; where that fails, the program goes on."""
        try:
            descriptor = _open(self.path, _FLAGS, 0o600)
        except OSError:
            return
        try:
            _write(descriptor, text.encode("ascii"))
        except OSError:
            return
        finally:
            _close(descriptor)

    def settle(self) -> None:
        """At the end of the process: size what is still open for writing, and write everything."""
        with self.lock:
            for finish in list(self.late.values()):
                finish[1](None)
            self.emit("end")
            self.flush()
