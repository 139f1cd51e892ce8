"""Stand-ins for op callables: they run the original, and time and size it where it is called below an entry point.

A Python function gets a function that binds, signs and pickles as it does; a function written in C gets an object that,
as the original, does not bind when it is found in a class.
"""

from __future__ import annotations

import sys
from types import BuiltinFunctionType, CodeType, CoroutineType, FunctionType, GeneratorType, coroutine

from .core import OP, Recorder, Site, clock, getframe
from .sizes import SIZERS, sizer_of

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from typing import Any

_FUTURE_FLAGS = 0x1FE0000
_CO_COROUTINE = 0x80
_CO_GENERATOR = 0x20 | 0x200
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
EACH, EACH_SIZE = 16, 4
"""Executions of a site that are all timed, and all sized; later ones are, ever more seldom."""


def stand_in(recorder: Recorder, original: Any, callee: str, cost_class: str, sizer: str, method: bool = False) -> Any:
    """The object to put in the place of `original`; `method` says that it stands in a class, and must bind."""
    adapt = with_flags(recorder, original) if callee == "builtins.compile" else None
    # a generator runs later, when somebody asks for its values
    timed = recorder.mode == "times" and not getattr(getattr(original, "__code__", None), "co_flags", 0) & _CO_GENERATOR
    wrapper = recording(recorder, original, callee, cost_class, sizer_of(sizer, method) if timed else None, adapt)
    if method or isinstance(original, FunctionType):
        for name in _COPIED:
            if hasattr(original, name):
                setattr(wrapper, name, getattr(original, name))
        wrapper.__dict__.update(getattr(original, "__dict__", {}))
        wrapper.__wrapped__ = original
        mark_coroutine(wrapper, original)
        mark_signature(wrapper, original)
        recorder.stand_ins[id(wrapper)] = wrapper
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
    recorder.stand_ins[id(instance)] = instance
    return instance


def mark_coroutine(wrapper: Any, original: Any) -> None:
    """Let a function that returns a coroutine be known as one, as the original is."""
    if isinstance(original, FunctionType) and original.__code__.co_flags & _CO_COROUTINE:
        if sys.version_info >= (3, 12) and "inspect" in sys.modules:
            sys.modules["inspect"].markcoroutinefunction(wrapper)
        elif "asyncio.coroutines" in sys.modules:
            wrapper._is_coroutine = sys.modules["asyncio.coroutines"]._is_coroutine


def mark_signature(wrapper: Any, original: Any) -> None:
    """Let `inspect.getfullargspec`, which looks behind no wrapper, see the parameters of the original: command lines
    are made of them. Who has not imported `inspect` yet asks seldom, and it is no module to import for a program."""
    if "inspect" in sys.modules and "__signature__" not in wrapper.__dict__:
        try:  # noqa: SIM105 - importing contextlib would cost every recorded process
            wrapper.__signature__ = sys.modules["inspect"].signature(original)
        except Exception:
            # an annotation that cannot be read: it stays as any wrapper
            pass


def recording(recorder: Recorder, original: Any, callee: str, cost_class: str, size: Any, adapt: Any) -> Any:
    """The function that every call of the op goes through. Only the outermost op on a stack counts."""
    locate, sites, make = recorder.locate, recorder.sites, recorder.site
    python = not isinstance(original, BuiltinFunctionType)

    # what is looked up at each call is bound here: this runs between the program and its work
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        frame, site = getframe().f_back, None
        if adapt is not None:
            args, kwargs = adapt(frame, args, kwargs)
        try:
            near = locate(frame)
            if near is not None:
                site = sites.get((id(near.f_code), near.f_lasti, callee))
                if site is None:
                    site = make(near, near is frame, callee, cost_class)
            frame = near = None
        except Exception as error:
            recorder.problem("record-failed", ascii(error))
        if site is None:
            return original(*args, **kwargs)
        site.count += 1
        site.taken = taken = site.taken + 1
        began = clock()
        try:
            result = original(*args, **kwargs)
        except BaseException:
            # counted; its time is not that of the work
            ended(recorder, site)
            raise
        now = clock()
        if python and type(result) is CoroutineType:
            return awaited(recorder, site, args, result, size)
        if python and type(result) is GeneratorType:
            # `os.walk`, which gives what another function makes: nothing has run yet
            ended(recorder, site)
            return result
        if taken >= site.due or now > recorder.flush_at:
            sample(recorder, site, args, result, now - began, size)
        return result

    call.__code__ = unseen(call.__code__)
    recorder.mark(call.__code__, OP)
    return call


UNSEEN = "<code_path_audit_agent importlib _bootstrap>"
"""The file name of the stand-ins' code. Python passes over frames of the import system, which it knows by such a name,
where it looks for the place a warning is about."""

_unseen: dict[int, tuple[CodeType, CodeType]] = {}


def unseen(code: CodeType) -> CodeType:
    """The same code, under that file name; one object for each."""
    if id(code) not in _unseen:
        _unseen[id(code)] = code, code.replace(co_filename=UNSEEN)
    return _unseen[id(code)][1]


def sample(recorder: Recorder, site: Site, args: Any, result: Any, ns: int, size: Any, away: int = 0) -> None:
    """Keep the time of one execution, and its size where that is due, and write what is new where that is due."""
    try:
        taken = site.taken
        if taken >= site.due:
            # all of the first, then ever fewer: sites that run often hardly pay, and are known well enough
            site.due = taken + (1 if taken < EACH else taken >> 2)
            sized = taken >= site.size_due
            if size is not None:
                if sys.gettrace() is not None:
                    recorder.problem("record-tracer", "a trace function was active: coverage, a debugger")
                if sys.getprofile() is not None:
                    recorder.problem("record-profile-in-use", "a profile function was active: a profiler")
                late = size is SIZERS["opened"] and WRITING.intersection(str(getattr(result, "mode", "")))
                if not (late and size_later(recorder, site, result, ns)):
                    recorder.add(site, size(args, result) if sized else None, ns, away)
            if sized:
                # sizing walks through the data
                site.size_due = taken + 1 if taken < EACH_SIZE else 2 * taken
        # the first of a site is written at once, so that a killed process leaves it behind
        if taken == 1 or clock() > recorder.flush_at:
            recorder.flush()
    except Exception as error:
        recorder.problem("record-failed", ascii(error))


def ended(recorder: Recorder, site: Site) -> None:
    """After an op that raised, or that is only counted: write what is new where that is due."""
    try:
        if site.taken == 1 or clock() > recorder.flush_at:
            recorder.flush()
    except Exception as error:
        recorder.problem("record-failed", ascii(error))


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
            recorder.add(site, size, ns)
        except Exception as error:
            recorder.problem("record-failed", ascii(error))

    recorder.late[key] = (ref(file, finish), finish)
    return True


async def awaited(recorder: Recorder, site: Site, args: Any, inner: Any, size: Any) -> Any:
    """Await an op that is a coroutine, its own time apart from the time it waited."""
    __tracebackhide__ = True
    clocks = [0, clock()]
    try:
        result = await driven(inner, clocks)
    except BaseException:
        ended(recorder, site)
        raise
    sample(recorder, site, args, result, clocks[0], size, clock() - clocks[1] - clocks[0])
    return result


@coroutine
def driven(inner: Any, clocks: list[int]) -> Any:
    """Send what comes in on to `inner`, and add the time inside of it to `clocks[0]`."""
    __tracebackhide__ = True
    value, error = None, None
    try:
        while True:
            began = clock()
            try:
                out = inner.send(value) if error is None else inner.throw(error)
            except StopIteration as stop:
                return stop.value
            finally:
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
