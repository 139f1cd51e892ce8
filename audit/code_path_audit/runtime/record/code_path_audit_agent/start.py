"""Starts recording in this process, and sees to what leads out of one stack: threads, tasks, processes, its end."""

from __future__ import annotations

import atexit
import gc
import marshal
import os
import sys
from types import FunctionType, ModuleType, TracebackType

from .core import BELOW, ENTRY, HERE, OP, Recorder, clock, getframe
from .edges import MonitoringPass, ProfilePass
from .events import Events
from .install import Installer
from .wrappers import UNSEEN, awaited, driven

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from typing import Any

MARK = "CODE_PATH_AUDIT_BELOW"
"""In the environment of a process that `multiprocessing` starts below an entry point."""

ACTIVE: list[Recorder] = []
"""The recorder of this process, where there is one."""


def start_from_file(path: str) -> None:
    """Start with the configuration in a file: a dict, marshalled; see `record.command.agent_config`."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        text = b""
        while block := os.read(descriptor, 1 << 16):
            text += block
    finally:
        os.close(descriptor)
    # the file is our own, and any other form would need an import that the program did not ask for
    start(marshal.loads(text))


def start(config: dict[str, Any]) -> Recorder:
    """Start recording in this process; `config` as above."""
    recorder = Recorder(config)
    recorder.below_all = os.environ.pop(MARK, "") == "1"
    ACTIVE.append(recorder)
    events = Events(recorder)
    installer = Installer(recorder, hooks(recorder), None if recorder.mode == "times" else events)
    installer.start()
    processes(recorder)
    recorder.mark(run_below.__code__, ENTRY)
    recorder.mark(bootstrap_below.__code__, ENTRY)
    for op in (awaited, driven):
        recorder.mark(op.__code__, OP)
    sys.excepthook = out_of_sight(sys.excepthook)
    sys.unraisablehook = out_of_sight(sys.unraisablehook)
    watch_monitoring(recorder)
    if recorder.mode == "times":
        gc.callbacks.append(collections(recorder))
        at_end(recorder, recorder.settle)
        return recorder
    watch: Any = (MonitoringPass if sys.version_info >= (3, 12) else ProfilePass)(recorder, events)
    recorder.config["watch"] = watch

    def finish() -> None:
        watch.check()
        recorder.settle()

    at_end(recorder, finish)
    if sys.version_info < (3, 12) and "threading" in sys.modules:
        sys.modules["threading"].setprofile(watch.new_thread)
    watch.start()
    return recorder


def watch_monitoring(recorder: Recorder) -> None:
    """Say where the program uses sys.monitoring itself, and give it our tool where it asks for that one."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return
    use = monitoring.use_tool_id

    def call(tool: Any, name: Any, /) -> Any:
        try:
            watch = recorder.config.get("watch")
            if name != "code-path-audit":
                recorder.problem("record-monitoring-in-use", f"the program uses sys.monitoring: {name!a:.80}")
                if watch is not None and watch.tool == tool:
                    watch.make_way()
        except Exception as error:
            recorder.problem("record-failed", ascii(error))
        return use(tool, name)

    members = {"__call__": staticmethod(call), "__getattr__": forward(use)}
    monitoring.use_tool_id = type(type(use).__name__, (), members)()


# processes


def at_end(recorder: Recorder, finish: Any) -> None:
    """Write what is left when the interpreter ends, also where it ends abruptly by its own will."""

    def safely() -> None:
        try:
            finish()
        except Exception as error:
            recorder.problem("record-failed", ascii(error))

    atexit.register(safely)
    for name in ("_exit", "execv", "execve"):
        leave = getattr(os, name)
        setattr(
            os, name, type(leave.__name__, (), {"__call__": leaving(leave, safely), "__getattr__": forward(leave)})()
        )


def leaving(leave: Any, finish: Any) -> Any:
    return staticmethod(lambda *args, **kwargs: (finish(), leave(*args, **kwargs))[1])


def forward(original: Any) -> Any:
    return lambda self, name: getattr(original, name)


def processes(recorder: Recorder) -> None:
    """A forked child records into a file of its own; its stack still shows what it runs below."""

    def after() -> None:
        recorder.reset()
        os.environ.pop(MARK, None)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=after)


def collections(recorder: Recorder) -> Any:
    """A callback of the garbage collector: runs and their time, by generation, below entry points."""
    began = [0]

    def callback(phase: str, info: dict[str, int]) -> None:
        try:
            if phase == "start":
                began[0] = clock()
                return
            ns = clock() - began[0]
            if recorder.below(getframe(1)):
                row = recorder.collections.setdefault(info["generation"], [0, 0])
                row[0] += 1
                row[1] += ns
        except Exception:
            return

    return callback


# threads and tasks


def run_below(function: Any, args: Any, kwargs: Any) -> Any:
    """Run what was submitted below an entry point: this very frame counts as one."""
    __tracebackhide__ = True
    return function(*args, **kwargs)


def bootstrap_below(bootstrap: Any, thread: Any) -> Any:
    """The same, around a whole thread."""
    return bootstrap(thread)


def replace(owner: Any, name: str, make: Any) -> None:
    """Put `make(original)` in the place of a method, under its name."""
    original = getattr(owner, name, None)
    if isinstance(original, FunctionType):
        made = make(original)
        for copied in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(made, copied, getattr(original, copied))
        made.__wrapped__ = original
        setattr(owner, name, made)


def hooks(recorder: Recorder) -> dict[str, Any]:
    """What to do once a module has been imported, beside its rows in the table."""
    below = recorder.below

    def threading(module: ModuleType) -> None:
        def start(original: Any) -> Any:
            def call(self: Any, *args: Any, **kwargs: Any) -> Any:
                if below(getframe(1)):
                    self._code_path_audit_below = True
                return original(self, *args, **kwargs)

            return call

        def bootstrap(original: Any) -> Any:
            def call(self: Any) -> Any:
                if getattr(self, "_code_path_audit_below", False):
                    return bootstrap_below(original, self)
                return original(self)

            return call

        replace(module.Thread, "start", start)
        replace(module.Thread, "_bootstrap", bootstrap)
        vars(module)["excepthook"] = out_of_sight(vars(module)["excepthook"])
        watch = recorder.config.get("watch")
        if watch is not None and sys.version_info < (3, 12):
            module.setprofile(watch.new_thread)

    def executor(module: ModuleType) -> None:
        def submit(original: Any) -> Any:
            def call(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
                __tracebackhide__ = True
                if below(getframe(1)):
                    return original(self, run_below, fn, args, kwargs)
                return original(self, fn, *args, **kwargs)

            return call

        replace(module.ThreadPoolExecutor, "submit", submit)

    def tasks(module: ModuleType) -> None:
        def create(original: Any) -> Any:
            def call(self: Any, coro: Any, **kwargs: Any) -> Any:
                if not below(getframe(1)):
                    return original(self, coro, **kwargs)
                context = kwargs.get("context")
                if context is not None:
                    context.run(BELOW.set, True)
                    return original(self, coro, **kwargs)
                token = BELOW.set(True)
                try:
                    return original(self, coro, **kwargs)
                finally:
                    BELOW.reset(token)

            return call

        replace(module.BaseEventLoop, "create_task", create)

    def children(module: ModuleType) -> None:
        def start(original: Any) -> Any:
            def call(self: Any) -> Any:
                if not below(getframe(1)):
                    return original(self)
                self._code_path_audit_below = True
                os.environ[MARK] = "1"
                try:
                    return original(self)
                finally:
                    os.environ.pop(MARK, None)

            return call

        def bootstrap(original: Any) -> Any:
            def call(self: Any, *args: Any, **kwargs: Any) -> Any:
                if getattr(self, "_code_path_audit_below", False):
                    # a forked child has the stack of the op that forked it: what it does is its own work
                    return run_below(original, (self, *args), kwargs)
                return original(self, *args, **kwargs)

            return call

        replace(module.BaseProcess, "start", start)
        replace(module.BaseProcess, "_bootstrap", bootstrap)

    def tracebacks(module: ModuleType) -> None:
        def init(original: Any) -> Any:
            def call(self: Any, exc_type: Any, exc_value: Any, exc_traceback: Any, *args: Any, **kwargs: Any) -> Any:
                exc_traceback = strip(exc_value, exc_traceback)
                return original(self, exc_type, exc_value, exc_traceback, *args, **kwargs)

            return call

        replace(module.TracebackException, "__init__", init)

    def greenlets(module: ModuleType) -> None:
        previous: list[Any] = []

        def switched(event: str, args: Any) -> None:
            recorder.problem("record-greenlet", "the program switches greenlets")
            module.settrace(previous[0])
            if previous[0] is not None:
                previous[0](event, args)

        previous.append(module.settrace(switched))

    def coverage(module: ModuleType) -> None:
        def start(original: Any) -> Any:
            def call(self: Any) -> Any:
                recorder.problem("record-coverage", "the program measures its coverage")
                return original(self)

            return call

        replace(module.Coverage, "start", start)

    def gevent(module: ModuleType) -> None:
        recorder.problem("record-greenlet", f"the program uses {module.__name__}")

    return {
        "threading": threading,
        "concurrent.futures.thread": executor,
        "asyncio.base_events": tasks,
        "multiprocessing.process": children,
        "traceback": tracebacks,
        "coverage.control": coverage,
        "greenlet": greenlets,
        "gevent": gevent,
        "eventlet": gevent,
    }


# tracebacks


def strip(error: Any, trace: TracebackType | None, depth: int = 20) -> TracebackType | None:
    """Take our own frames out of an exception's traceback, and of those it was raised from; the new first row."""
    try:
        for other in (getattr(error, "__cause__", None), getattr(error, "__context__", None)):
            if other is not None and depth:
                strip(other, other.__traceback__, depth - 1)
        while trace is not None and ours(trace):
            trace = trace.tb_next
        row = trace
        while row is not None:
            while row.tb_next is not None and ours(row.tb_next):
                row.tb_next = row.tb_next.tb_next
            row = row.tb_next
        if error is not None:
            error.__traceback__ = trace
    except Exception:
        return trace
    return trace


def ours(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_filename.startswith((HERE, UNSEEN))


def out_of_sight(hook: Any) -> Any:
    """An exception hook that shows what it would have shown without us."""

    def call(*args: Any) -> Any:
        if len(args) == 3:
            return hook(args[0], args[1], strip(args[1], args[2]))
        raised = args[0]
        trace = strip(getattr(raised, "exc_value", None), getattr(raised, "exc_traceback", None))
        if type(raised).__name__ == "UnraisableHookArgs":
            # its fields cannot be set
            raised = type(raised)((raised.exc_type, raised.exc_value, trace, raised.err_msg, raised.object))
        return hook(raised)

    return call


# tests


class Block:
    """A `with` block that counts as an entry point of the action: what the pytest fixture hands out."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def __enter__(self) -> None:
        self.token = BELOW.set(True)
        self.recorder.entered += 1
        watch = self.recorder.config.get("watch")
        if watch is not None:
            watch.enter()

    def __exit__(self, *error: object) -> None:
        BELOW.reset(self.token)


def block(action: str) -> Block | None:
    """The block for an action, or None where this process records nothing, or another action."""
    for recorder in ACTIVE:
        if recorder.config.get("action") == action:
            return Block(recorder)
    return None
