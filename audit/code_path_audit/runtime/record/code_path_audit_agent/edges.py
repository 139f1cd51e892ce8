"""The edge pass: who calls whom below the entry points, and how often each function starts. No times are taken here.

CPython 3.11 has sys.setprofile; newer ones have sys.monitoring, which is told to look away from what was seen enough.
"""

from __future__ import annotations

import sys
from opcode import opmap
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodDescriptorType, MethodType

from .core import BELOW, ENTRY, GENERATOR, OP, PROJECT, Recorder, clock, getframe
from .events import Events

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from typing import Any

ENOUGH = 100
"""Hits of one function after which sys.monitoring is told to skip it, and of a place where something is called, 4."""
ENOUGH_CALLS = 4
TOOLS = (4, 3)
"""Tools of sys.monitoring that nobody has a claim to, unlike those of debuggers, coverage, profilers and optimizers."""
_RESUME = opmap["RESUME"]


def note(recorder: Recorder, caller: FrameType | None, code: CodeType) -> None:
    """Count one start of `code`, called from `caller` (or from the project's nearest frame below that)."""
    kinds, direct = recorder.kinds, True
    while caller is not None:
        above = caller.f_code
        if id(above) not in kinds:
            recorder.learn(above)
        if kinds[id(above)] & PROJECT:
            break
        direct = False
        caller = caller.f_back
    key = (0, -1, id(code), False) if caller is None else (id(caller.f_code), caller.f_lasti, id(code), direct)
    edges = recorder.edges
    edges[key] = edges.get(key, 0) + 1
    if clock() > recorder.flush_at:
        recorder.flush()


# CPython 3.11


class ProfilePass:
    """sys.setprofile in every thread."""

    def __init__(self, recorder: Recorder, events: Events) -> None:
        self.recorder = recorder
        self.events = events
        recorder.starts_by_edges = True

    def start(self) -> None:
        if sys.getprofile() is not None:
            self.recorder.problem("record-profile-in-use", "a profile function was active at the start")
            return
        self.function = self.thread_function(False)
        sys.setprofile(self.function)

    def check(self) -> None:
        """At the end: whether the program took the profile function away."""
        if sys.getprofile() is not self.function:
            self.recorder.problem("record-profile-in-use", "the program set a profile function of its own")

    def enter(self) -> None:
        """A block of a test begins: nothing to do, each call looks for it."""

    def new_thread(self, frame: FrameType, event: str, arg: Any) -> None:
        """First event of a thread that `threading` started."""
        function = self.thread_function(self.recorder.below(frame))
        sys.setprofile(function)
        function(frame, event, arg)

    def thread_function(self, below: bool) -> Any:
        """The profile function of one thread. `entered` holds the frames of entry points that are running."""
        recorder, events = self.recorder, self.events
        kinds, learn, starts_at = recorder.kinds, recorder.learn, _first_resume
        names, codes, in_c, note_op = events.names, events.codes, events.in_c, events.note
        entered: list[FrameType] = []
        inside = BELOW.get
        resumes: dict[int, int] = {}

        # runs at each call and return of the program: what it looks up is bound here, the commonest case comes first
        def profile(frame: FrameType, event: str, arg: Any) -> None:
            if event == "c_call":
                if arg.__name__ in names and (entered or below or recorder.below_all or inside()):
                    try:
                        op = in_c(arg)
                        if op is not None:
                            note_op(op, frame)
                    except Exception as error:
                        recorder.problem("record-failed", ascii(error))
            elif event == "call":
                code = frame.f_code
                number = id(code)
                try:
                    kind = kinds[number]
                except KeyError:
                    learn(code)
                    kind = kinds[number]
                if not kind:
                    return
                if kind & ENTRY:
                    if not code.co_flags & GENERATOR or frame.f_lasti <= starts_at(code):
                        recorder.entered += kind & PROJECT
                    entered.append(frame)
                elif not entered and not below and not recorder.below_all and not inside():
                    return
                try:
                    back = frame.f_back
                    if kind & OP and number in codes:
                        note_op(codes[number], back)
                    if not kind & PROJECT:
                        return
                    if code.co_flags & GENERATOR:
                        at = resumes.get(number)
                        if at is None:
                            at = resumes[number] = starts_at(code)
                        if frame.f_lasti > at:
                            return
                    if back is not None:
                        above = id(back.f_code)
                        key = (above, back.f_lasti, number, True)
                        edges = recorder.edges
                        if key in edges:
                            edges[key] += 1
                            return
                    note(recorder, back, code)
                except Exception as error:
                    recorder.problem("record-failed", ascii(error))
            elif entered and event == "return" and entered[-1] is frame:
                entered.pop()

        return profile


def _first_resume(code: CodeType) -> int:
    """Byte offset of the instruction at which a generator's body begins; any later one is that of a resumed one."""
    body = code.co_code
    return next((at for at in range(0, len(body), 2) if body[at] == _RESUME), 0)


# CPython 3.12 and newer


class MonitoringPass:
    """sys.monitoring: global starts that switch themselves off outside the project, and local calls inside of it."""

    def __init__(self, recorder: Recorder, events: Events) -> None:
        self.recorder = recorder
        self.ops = events
        self.monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self.tool = -1
        self.walks = recorder.below_all
        self.seen_entry = recorder.below_all
        self.hits: dict[tuple[int, int], int] = {}

    def start(self) -> None:
        monitoring, events = self.monitoring, self.monitoring.events
        self.tool = next((tool for tool in TOOLS if monitoring.get_tool(tool) is None), -1)
        if self.tool < 0:
            self.recorder.problem("record-monitoring-in-use", "no tool of sys.monitoring was free at the start")
            return
        monitoring.use_tool_id(self.tool, "code-path-audit")
        monitoring.register_callback(self.tool, events.PY_START, self.on_start)
        monitoring.register_callback(self.tool, events.CALL, self.on_call)
        monitoring.register_callback(self.tool, events.PY_RETURN, self.on_end)
        monitoring.register_callback(self.tool, events.PY_UNWIND, self.on_end)
        monitoring.set_events(self.tool, events.PY_START | events.PY_UNWIND)

    def make_way(self) -> None:
        """The program wants our tool: it gets it."""
        tool, self.tool = self.tool, -1
        self.monitoring.set_events(tool, 0)
        self.monitoring.free_tool_id(tool)

    def check(self) -> None:
        """At the end: nothing, a program that comes in the way was noted when it did."""

    def enter(self) -> None:
        """An entry point begins: what ran before the first one was switched off at sight, and counts from now on."""
        if not self.seen_entry:
            self.seen_entry = True
            self.monitoring.restart_events()

    def new_thread(self, frame: FrameType, event: str, arg: Any) -> None:
        """Nothing: sys.monitoring sees all threads."""

    def below(self) -> bool:
        """Whether what runs now is below an entry point: by this thread's count, by the stack only where that cannot
        tell."""
        if self.recorder.local.active:
            return True
        return (self.walks or BELOW.get()) and self.recorder.below(getframe(2))

    def on_start(self, code: CodeType, offset: int) -> object:
        """A function begins (a generator: its first step)."""
        recorder = self.recorder
        try:
            if self.tool < 0:
                return None
            info = recorder.infos.get(id(code)) or recorder.learn(code)
            events = self.monitoring.events
            if info.entry:
                if code.co_flags & GENERATOR:
                    self.walks = True  # it comes and goes with each step; the stack knows
                else:
                    recorder.local.active += 1
                    self.monitoring.set_local_events(self.tool, code, events.CALL | events.PY_RETURN)
                recorder.entered += info.project
                self.enter()
            elif info.project and not info.starts and self.seen_entry:
                self.monitoring.set_local_events(self.tool, code, events.CALL)
            if not info.project or not (self.seen_entry or BELOW.get()):
                return None if info.entry else self.monitoring.DISABLE
            if not self.below():
                return None
            info.starts += 1
            starts = recorder.starts
            starts[id(code)] = starts.get(id(code), 0) + 1
            note(recorder, getframe(1).f_back, code)
            if info.starts >= ENOUGH and not info.entry and not info.holds_op:
                info.capped = True
                return self.monitoring.DISABLE
        except Exception as error:
            recorder.problem("record-failed", ascii(error))
            return self.monitoring.DISABLE
        return None

    def on_end(self, code: CodeType, offset: int, result: object) -> object:
        """A function returns or is left by an exception; only entry points matter."""
        info = self.recorder.infos.get(id(code))
        if info is not None and info.entry and not code.co_flags & GENERATOR and self.recorder.local.active:
            self.recorder.local.active -= 1
        return None

    def on_call(self, code: CodeType, offset: int, called: Any, first: Any) -> object:
        """Something is called by the project's code: an op, or an edge from here, also where the callee is no longer
        watched."""
        recorder = self.recorder
        try:
            kind, op = type(called), None
            if kind is MethodType:
                called = called.__func__
                kind = type(called)
            if kind is FunctionType:
                # a generator is called here, and begins to run wherever its first value is asked for
                target = called.__code__
                known = recorder.kinds.get(id(target))
                if known is None:
                    recorder.learn(target)
                    known = recorder.kinds[id(target)]
                if known & PROJECT and self.below():
                    recorder.edges.setdefault((id(code), offset, id(target), True), 0)
                if known & OP:
                    op = self.ops.codes.get(id(target))
            elif kind is type or (
                (kind is BuiltinFunctionType or kind is MethodDescriptorType) and called.__name__ in self.ops.names
            ):
                op = self.ops.in_c(called)
            if op is not None:
                if self.below():
                    self.ops.note(op, getframe(1))
                return None
            key = (id(code), offset)
            hits = self.hits[key] = self.hits.get(key, 0) + 1
            if hits >= ENOUGH_CALLS:
                return self.monitoring.DISABLE
        except Exception as error:
            recorder.problem("record-failed", ascii(error))
            return self.monitoring.DISABLE
        return None
