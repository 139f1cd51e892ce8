"""Work in copies of this process, side by side. Results are those of doing it here, one after the other."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from code_path_audit.errors import EXIT_ERROR, AuditError

if TYPE_CHECKING:
    import subprocess
    from concurrent.futures import Executor
    from selectors import BaseSelector

T = TypeVar("T")
Body = Callable[[BinaryIO], None]
"""Writes what it finds."""

SHARES = 4
"""Copies that a core makes one after the other, at most: what each has to load first is loaded once for many calls, and
those that end last keep the others waiting for little."""

TELL = 0.2
"""Seconds after which whoever waits is told that work goes on."""


def nobody(done: int) -> None:
    """For where nobody waits."""


def cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def can_fork() -> bool:
    """Whether a fork is safe: no other thread may hold a lock."""
    import sys
    import threading

    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


@contextmanager
def collector_off() -> Iterator[None]:
    """Without cyclic garbage collection: trees have cycles of nothing, and walking them triples the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def one_after_the_other() -> Iterator[Callable[[], None]]:
    """For work in this process that makes much cyclic garbage; what it gives is called after each piece: the next one
    shall not need more memory than it. What is there by then is not looked at again."""
    gc.freeze()

    def next_one() -> None:
        gc.collect()
        gc.freeze()

    try:
        yield next_one
    finally:
        gc.unfreeze()


SELDOM = (50_000, 20, 100)
"""Collections of cyclic garbage, one for seventy of those that Python makes: next to nothing here is such garbage."""


ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that ask a process to end."""
PATIENCE_S = 5.0
"""Seconds that another process has for ending by itself."""


def end(number: int, _: object) -> None:
    """End with the exit code that is usual for a signal, by way of all that is to be tidied up."""
    raise SystemExit(128 + number)


def listen() -> dict[int, Any]:
    """Has signals that would end this process at once do so by `end`; what they did before. Of one that is ignored
    (`nohup`), or that somebody listens to, nothing changes."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.signal(number, end) for number in ENDING if signal.getsignal(number) is signal.SIG_DFL}


@contextmanager
def undisturbed() -> Iterator[None]:
    """No signal that can be held off cuts short what is done inside: taking back what was written."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, *ENDING)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def ends_with_us(process: subprocess.Popen[bytes] | subprocess.Popen[str], group: bool = False) -> Iterator[None]:
    """Where what is done inside is cut short, another process is asked to end, and made to where it does not; with
    `group`, all of its group, which it leads."""
    import subprocess

    def send(number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number) if group and os.name == "posix" else process.send_signal(number)

    try:
        yield
    except BaseException:
        send(signal.SIGTERM)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            send(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        raise


def last_work(run: Callable[[], int]) -> int:
    """Do what this process is for, and end it with the exit code; it returns only where something is left to be put in
    order. What ends with the process needs not be taken apart: that is a tenth of a short command."""
    import sys
    import threading

    gc.set_threshold(*SELDOM)
    listen()
    code = run()
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            # what did not arrive is no pass; nor must it fail again when the interpreter ends, with a code of its own
            code = EXIT_ERROR if number == 1 else code
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    if threading.active_count() > 1:
        return code
    os._exit(code)


def give_back() -> None:
    """Give the system the memory that is free in this process, where the C library can: it would keep it for later."""
    import ctypes

    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):  # not the GNU C library
        return


def side_by_side(
    calls: Sequence[Callable[[], T]], workers: int | None = None, told: Callable[[int], None] = nobody
) -> list[T]:
    """What each call returns, in order; or the first AuditError in that order.

    At most `workers` processes at once, by default as many as there are cores; of many calls each makes several, one
    after the other. A copy that ends early, or whose call raises anything else, costs nothing but time: what it has not
    done is done here. `told` hears how many are done, several times a second, for which even a single call is made in a
    copy. What a call returns must be of plain values (it is pickled); what else it changes is lost with the process.
    """
    count = min(workers if workers is not None else cores(), len(calls))
    if not calls or (count <= 1 and told is nobody) or not can_fork():
        return [call() for call in calls]
    import io
    import pickle

    size = -(-len(calls) // (SHARES * count))
    shares = [calls[begin : begin + size] for begin in range(0, len(calls), size)]
    received = fork_each([_pickled(share) for share in shares], count, lambda done: told(done * size))
    results = []
    for share, data in zip(shares, received, strict=True):
        # from a copy of this very process, through a pipe that nobody else can write to
        stream = io.BytesIO(data)
        for call in share:
            try:
                result = pickle.load(stream)
            except (pickle.UnpicklingError, EOFError):
                # what was cut short ends what the copy has to say
                stream, result = io.BytesIO(), call()
            if isinstance(result, AuditError):
                raise result
            results.append(result)
    return results


@contextmanager
def spawned(count: int) -> Iterator[tuple[Executor, Callable[[bytes], object]]]:
    """Fresh interpreters, as many as asked for, where there is no fork; and what hands them bytes that all tasks need,
    which goes through a file, once."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="code-path-audit-") as folder:

        def share(data: bytes) -> object:
            path = os.path.join(folder, "shared")
            with open(path, "wb") as file:
                file.write(data)
            return InFile(path)

        with ProcessPoolExecutor(count, get_context("spawn")) as pool:
            yield pool, share


class InFile:
    """The bytes of a file, once they have come to another process."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], bytes], tuple[str]]:
        return _bytes_of, (self.path,)


def _bytes_of(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _pickled(calls: Sequence[Callable[[], object]]) -> Body:
    def body(out: BinaryIO) -> None:
        import pickle

        gc.freeze()
        for call in calls:
            try:
                result = call()
            except AuditError as error:
                result = error
            out.write(pickle.dumps(result, pickle.HIGHEST_PROTOCOL))
            out.flush()
            del result
            if len(calls) > 1:
                # of what the call made alone: the next one shall not need more memory than it
                gc.collect()

    return body


def fork_each(bodies: Sequence[Body], at_once: int, told: Callable[[int], None] = nobody) -> list[bytearray]:
    """What each body writes in a copy of this process, cut short where the copy ended early."""
    import selectors

    received = [bytearray() for _ in bodies]
    children: dict[int, tuple[int, int]] = {}
    begun = 0
    try:
        with selectors.DefaultSelector() as selector:
            while begun < len(bodies) or children:
                while begun < len(bodies) and len(children) < at_once:
                    children[begun] = _begin(bodies[begun], begun, selector)
                    begun += 1
                told(begun - len(children))
                for key, _ in selector.select(TELL):
                    data = os.read(key.fd, 1 << 20)
                    received[key.data] += data
                    if not data:
                        selector.unregister(key.fd)
                        _end(*children.pop(key.data))
    finally:
        for child in children.values():
            _end(*child)
    return received


def _begin(body: Body, number: int, selector: BaseSelector) -> tuple[int, int]:
    """(pid, the end of the pipe to read from) of a copy that runs a body."""
    from selectors import EVENT_READ

    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _run(body, writing)
    os.close(writing)
    selector.register(reading, EVENT_READ, number)
    return pid, reading


def _run(body: Body, writing: int) -> None:
    """Never returns."""
    code = 1
    try:
        gc.disable()
        with open(writing, "wb", buffering=1 << 16) as out:
            body(out)
        code = 0
    finally:
        os._exit(code)


def _end(pid: int, reading: int) -> None:
    """A copy has nothing left to do, or nobody wants it any more."""
    os.close(reading)
    try:
        os.kill(pid, signal.SIGKILL)
    finally:
        os.waitpid(pid, 0)
