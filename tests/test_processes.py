"""Work in copies of this process: the same results as here, in the same order, whatever becomes of the copies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.processes import can_fork, ends_with_us, fork_each, side_by_side

HERE = os.getpid()


@pytest.fixture(autouse=True)
def alone(request: pytest.FixtureRequest) -> None:
    """A thread that another test has left (those of an executor stay) forbids a fork: then the test runs in a process
    of its own."""
    if not can_fork():
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", request.node.nodeid]
        done = subprocess.run(command, cwd=request.config.rootpath, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        pytest.skip("ran in a process of its own")


def square(number: int) -> int:
    return number * number


def refuse(slug: str) -> int:
    raise AuditError(slug, "refused")


def die_elsewhere(number: int) -> int:
    if os.getpid() != HERE:
        os._exit(3)
    return number


def fail_elsewhere(number: int) -> int:
    if os.getpid() != HERE:
        raise ValueError
    return number


def unpicklable_elsewhere(number: int) -> object:
    return number if os.getpid() == HERE else lambda: number


@pytest.mark.parametrize("workers", [1, 2, 9, None])
def test_results_are_in_the_order_of_the_calls(workers: int | None) -> None:
    assert side_by_side([partial(square, number) for number in range(20)], workers) == [n * n for n in range(20)]


@pytest.mark.parametrize("call", [die_elsewhere, fail_elsewhere, unpicklable_elsewhere])
def test_what_a_copy_cannot_do_is_done_here(call: Callable[[int], object]) -> None:
    calls: list[Callable[[], object]] = [partial(square, 3), partial(call, 4), partial(square, 5)]
    assert side_by_side(calls, 2) == [9, 4, 25]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_error_in_order_is_raised(workers: int) -> None:
    calls = [partial(square, 1), partial(refuse, "first"), partial(refuse, "second")]
    with pytest.raises(AuditError) as caught:
        side_by_side(calls, workers)
    assert caught.value.slug == "first"


def test_calls_run_in_other_processes() -> None:
    found = side_by_side([os.getpid] * 4, 2)
    assert HERE not in found and len(set(found)) == 4


def test_many_calls_share_copies() -> None:
    """What a copy loads first is loaded once for several calls; what one leaves undone is done here."""
    assert len(set(side_by_side([os.getpid] * 40, 2))) == 8
    calls = [partial(die_elsewhere if number % 7 == 3 else square, number) for number in range(40)]
    assert side_by_side(calls, 2) == [number if number % 7 == 3 else number**2 for number in range(40)]


def test_no_copy_is_left_behind() -> None:
    for pid in side_by_side([os.getpid] * 4, 2):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize("workers", [1, 2])
def test_how_many_are_done_is_told(workers: int) -> None:
    told: list[int] = []
    side_by_side([partial(square, number) for number in range(4)], workers, told.append)
    assert told == sorted(told) and told[0] == 0 and set(told) <= set(range(4))
    many: list[int] = []
    side_by_side([partial(square, number) for number in range(50)], workers, many.append)
    assert many == sorted(many) and many[0] == 0 and max(many) < 50


def test_who_waits_for_a_single_call_is_told_too() -> None:
    told: list[int] = []
    assert side_by_side([os.getpid], 1, told.append) != [HERE]
    assert told[0] == 0


def test_what_was_written_before_a_copy_ended_arrives() -> None:
    def half(out: BinaryIO) -> None:
        os.write(out.fileno(), b"half")
        os._exit(1)

    def whole(out: BinaryIO) -> None:
        out.write(b"whole")

    assert fork_each([half, whole], 2) == [b"half", b"whole"]


ENDS = {
    # what the work does, and whether the interpreter puts things in order behind it
    "nothing else": ("", False),
    "with a thread that goes on": ("threading.Thread(target=threading.main_thread().join).start()", True),
    "with a stream that is gone": ("sys.stdout.flush(); os.close(1)", True),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_last_work_of_a_process(name: str) -> None:
    """Its exit code and all that it wrote arrive."""
    statement, in_order = ENDS[name]
    program = (
        "import atexit, os, sys, threading\n"
        "from code_path_audit.processes import last_work\n"
        "atexit.register(lambda: print('in order', file=sys.stderr))\n"
        f"def run():\n    print('said')\n    {statement or 'pass'}\n    print('more'); return 3\n"
        "sys.exit(last_work(run))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ("in order" in done.stderr) == in_order, done.stderr
    assert done.stdout == ("said\n" if name == "with a stream that is gone" else "said\nmore\n")
    assert done.returncode == 3 or name == "with a stream that is gone"


def test_a_command_that_ends_on_its_own() -> None:
    program = "import sys\nfrom code_path_audit.processes import last_work\nlast_work(lambda: sys.exit(4))\n"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 4


ASKED = {
    # what is done before the work and in it, the signal, the exit code, what is said
    "to end": ("", "", "SIGTERM", 143, ["tidied"]),
    "to end with its terminal": ("", "", "SIGHUP", 129, ["tidied"]),
    "what is ignored": ("signal.signal(signal.SIGHUP, signal.SIG_IGN)", "", "SIGHUP", 3, ["goes on", "tidied"]),
    "while it takes back": ("", "held = undisturbed(); held.__enter__()", "SIGTERM", 3, ["goes on", "tidied"]),
}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("name", ASKED)
def test_a_process_that_is_asked_to_end_tidies_up(name: str) -> None:
    before, inside, sent, code, said = ASKED[name]
    program = (
        "import os, signal\n"
        "from code_path_audit.processes import last_work, undisturbed\n"
        "def run():\n"
        "    try:\n"
        f"        {inside or 'pass'}\n"
        f"        os.kill(os.getpid(), signal.{sent}); print('goes on'); return 3\n"
        "    finally:\n"
        "        print('tidied')\n"
        f"{before}\n"
        "last_work(run)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split("\n")[:-1], done.stderr) == (code, said, "")


class _CutShort(BaseException):
    """As a signal is."""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("hears", [True, False])
@pytest.mark.parametrize("group", [True, False])
def test_another_process_ends_with_this_one(hears: bool, group: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("code_path_audit.processes.PATIENCE_S", 30 if hears else 0.01)
    # of a group, what the process has started holds its standard output open, too
    text = ("" if hears else "trap '' TERM; ") + ("cat <&3 3<&- & " if group else "")
    command = ["sh", "-c", f"exec 3<&0; {text}echo; while :; do read line; done"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=group)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(_CutShort), ends_with_us(process, group):
            raise _CutShort
        assert process.stdout.read() == b""
        assert process.wait() == -(signal.SIGTERM if hears else signal.SIGKILL)
