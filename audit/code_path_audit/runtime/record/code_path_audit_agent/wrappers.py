"""Stand-ins for op callables: they run the original, and time and size it where it is called below an entry point.

A Python function gets a function that binds, signs and pickles as it does; a function written in C gets an object that,
as the original, does not bind when it is found in a class.
"""

from __future__ import annotations

import sys
from types import CoroutineType, FunctionType, coroutine

from .core import Recorder, Site, clock, getframe
from .sizes import SIZERS

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from typing import Any

_FUTURE_FLAGS = 0x1FE0000
_CO_COROUTINE = 0x80
_COPIED = (
    "__module__",
    "__name__",
    "__qualname__",
    "__doc__",
    "__annotations__",
    "__type_params__",
    "__text_signature__",
)
WRITING = frozenset("wax+")


def stand_in(recorder: Recorder, original: Any, callee: str, cost_class: str, sizer: str, method: bool = False) -> Any:
    """The object to put in the place of `original`; `method` says that it stands in a class, and must bind."""
    timed = recorder.mode == "times"
    call = with_flags(recorder, original) if callee == "builtins.compile" else None
    wrapper = recording(recorder, original, callee, cost_class, sizer, timed, call)
    if method or isinstance(original, FunctionType):
        for name in _COPIED:
            if hasattr(original, name):
                setattr(wrapper, name, getattr(original, name))
        wrapper.__dict__.update(getattr(original, "__dict__", {}))
        wrapper.__wrapped__ = original
        mark_coroutine(wrapper, original)
        return wrapper
    members: dict[str, Any] = {
        "__slots__": ("__wrapped__",),
        "__call__": staticmethod(wrapper),
        "__getattr__": lambda self, name: getattr(original, name),
        "__repr__": lambda self: repr(original),
        "__hash__": lambda self: hash(original),
        "__eq__": lambda self, other: other is self or other == original,
        "__reduce__": lambda self: original.__reduce__(),
        "__doc__": original.__doc__,
        "__module__": getattr(original, "__module__", None),
    }
    instance = type(type(original).__name__, (), members)()
    instance.__wrapped__ = original
    return instance


def mark_coroutine(wrapper: Any, original: Any) -> None:
    """Let a function that returns a coroutine be known as one, as the original is."""
    if isinstance(original, FunctionType) and original.__code__.co_flags & _CO_COROUTINE:
        if sys.version_info >= (3, 12) and "inspect" in sys.modules:
            sys.modules["inspect"].markcoroutinefunction(wrapper)
        elif "asyncio.coroutines" in sys.modules:
            wrapper._is_coroutine = sys.modules["asyncio.coroutines"]._is_coroutine


def recording(
    recorder: Recorder, original: Any, callee: str, cost_class: str, sizer: str, timed: bool, adapt: Any
) -> Any:
    """The function that every call of the op goes through. Only the outermost op of a thread counts."""
    local = recorder.local
    find = recorder.site

    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if adapt is not None:
            args, kwargs = adapt(getframe(1), args, kwargs)
        if local.busy:
            return original(*args, **kwargs)
        local.busy = True
        try:
            site = find(getframe(1), callee, cost_class, sizer)
        except Exception as error:
            site = None
            recorder.problem("record-failed", ascii(error))
        if site is None:
            # what is inside may still be below an entry point: an op that calls one back
            local.busy = False
            return original(*args, **kwargs)
        began = clock()
        try:
            result = original(*args, **kwargs)
        except BaseException:
            ns = clock() - began
            local.busy = False
            leave(recorder, site, args, None, ns, timed, True)
            raise
        ns = clock() - began
        local.busy = False
        if type(result) is CoroutineType:
            return awaited(recorder, site, args, result)
        leave(recorder, site, args, result, ns, timed, False)
        return result

    return call


def leave(
    recorder: Recorder, site: Site, args: Any, result: Any, ns: int, timed: bool, failed: bool, away: int = 0
) -> None:
    """Note one execution; an op that raised is counted, its time is not that of the work."""
    local = recorder.local
    local.busy = True
    try:
        if not timed or failed:
            recorder.add(site, None)
            return
        if sys.gettrace() is not None:
            recorder.problem("record-tracer", "a trace function was active: coverage, a debugger")
        if site.taken >= recorder.config.get("samples", 200):
            recorder.add(site, None)
            return
        if (
            site.sizer == "opened"
            and WRITING.intersection(str(getattr(result, "mode", "")))
            and size_later(recorder, site, result, ns)
        ):
            recorder.add(site, None)
            return
        # sizing walks through the data: after the first executions only now and then
        size = SIZERS[site.sizer](args, result) if site.taken < 10 or not site.taken % 20 else None
        recorder.add(site, (-1 if size is None else size, ns, away))
    except Exception as error:
        recorder.problem("record-failed", ascii(error))
    finally:
        local.busy = False


def size_later(recorder: Recorder, site: Site, file: Any, ns: int) -> bool:
    """Take the size of a file opened for writing when its object is let go. False where that cannot be."""
    import os
    from _weakref import ref

    name = file.name
    if not isinstance(name, str | bytes | os.PathLike):
        return False
    path, key = os.path.abspath(os.fspath(name)), id(file)

    def finish(dead: object) -> None:
        try:
            if recorder.late.pop(key, None) is None:
                return
            try:
                size = os.stat(path).st_size
            except OSError:
                size = -1
            recorder.add(site, (size, ns, 0), counted=False)
        except Exception as error:
            recorder.problem("record-failed", ascii(error))

    recorder.late[key] = (ref(file, finish), finish)
    return True


async def awaited(recorder: Recorder, site: Site, args: Any, inner: Any) -> Any:
    """Await an op that is a coroutine, its own time apart from the time it waited."""
    __tracebackhide__ = True
    clocks = [0, clock()]
    try:
        result = await driven(recorder, inner, clocks)
    except BaseException:
        leave(recorder, site, args, None, 0, True, True)
        raise
    leave(recorder, site, args, result, clocks[0], recorder.mode == "times", False, clock() - clocks[1] - clocks[0])
    return result


@coroutine
def driven(recorder: Recorder, inner: Any, clocks: list[int]) -> Any:
    """Send what comes in on to `inner`, and add the time inside of it to `clocks[0]`."""
    __tracebackhide__ = True
    local, value, error = recorder.local, None, None
    try:
        while True:
            began = clock()
            local.busy = True
            try:
                out = inner.send(value) if error is None else inner.throw(error)
            except StopIteration as stop:
                return stop.value
            finally:
                local.busy = False
                clocks[0] += clock() - began
            value = error = None
            try:
                value = yield out
            except GeneratorExit:
                raise
            except BaseException as raised:
                error = raised
    finally:
        inner.close()


def with_flags(recorder: Recorder, original: Any) -> Any:
    """compile() takes over the `from __future__` flags of its caller, which must not become ours."""

    def adapt(frame: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        try:
            if len(args) > 4 or kwargs.get("dont_inherit"):
                if kwargs.get("dont_inherit") or args[4]:
                    return args, kwargs
                args = (*args[:4], True, *args[5:])
            else:
                kwargs = {**kwargs, "dont_inherit": True}
            flags = frame.f_code.co_flags & _FUTURE_FLAGS
            if len(args) > 3:
                args = (*args[:3], args[3] | flags, *args[4:])
            else:
                kwargs["flags"] = kwargs.get("flags", 0) | flags
        except Exception:
            return args, kwargs
        return args, kwargs

    return adapt
