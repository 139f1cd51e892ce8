"""A solution as bytes: the same one when it is read, and nothing of what somebody else may write there."""

from __future__ import annotations

import pickle
import zlib
from collections import deque
from typing import Any

import pytest

from code_path_audit.callgraph.behaviours import NO_BEHAVIOURS
from code_path_audit.callgraph.model import SolvedGraph
from code_path_audit.callgraph.solve import Begun, finished, solve
from code_path_audit.callgraph.suspended import Damaged, resume, suspend
from code_path_audit.program.model import Program
from tests.callgraph.test_resumed import FILES, program_of, suspended


@pytest.fixture(scope="module")
def program() -> Program:
    return program_of(FILES)


def opened(data: bytes, program: Program) -> Begun:
    return resume(data, program, program.stubs, NO_BEHAVIOURS)


def test_to_suspend_changes_nothing(program: Program) -> None:
    def graph(heard: Any) -> SolvedGraph:
        return solve(program, ("app.main",), program.stubs, suspended=heard)

    assert graph(suspend) == solve(program, ("app.main",), program.stubs)


def test_what_is_read_can_be_suspended_again(program: Program) -> None:
    data = suspended(program, "app.main")
    again = suspend(opened(data, program))
    assert finished(opened(again, program)) == finished(opened(data, program))


class Calls:
    """An object that has something called when it is read."""

    def __init__(self, what: Any, *arguments: Any) -> None:
        self.what, self.arguments = what, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.what, self.arguments


def packed(value: object) -> bytes:
    return zlib.compress(pickle.dumps(value))


def by_name(module: str, name: str) -> bytes:
    """A pickle that asks for something by its name, which need not be where it is defined."""
    texts = [b"\x8c" + bytes([len(part)]) + part.encode() for part in (module, name)]
    return zlib.compress(b"\x80\x04" + b"".join(texts) + b"\x93.")


FORGED = {
    "a builtin": packed(Calls(eval, "1 + 1")),
    "a function of the system": packed(Calls(pytest.skip, "it ran")),
    "through a module of this package": by_name("code_path_audit.callgraph.suspended", "sys.modules"),
    "what a module of this package imports": by_name("code_path_audit.callgraph.suspended", "zlib"),
    "a function that it imports from another": by_name("code_path_audit.callgraph.remote", "solve_all.__globals__"),
    "another package of this program": by_name("code_path_audit.processes", "side_by_side"),
    "a module that is not loaded": by_name("code_path_audit.callgraph.no_such_module", "f"),
    "nothing": b"",
    "no pickle": zlib.compress(b"no pickle"),
    "another value": packed(1),
    "three others": packed(((), {}, {})),
    "something of another kind": packed((("a",), {"tables": deque()}, {})),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_no_solution_is_refused(name: str, program: Program) -> None:
    with pytest.raises(Damaged):
        opened(FORGED[name], program)


def test_damaged_bytes_are_refused_or_read(program: Program) -> None:
    data = suspended(program, "app.main")
    plain = zlib.decompress(data)
    for at in range(0, len(plain), len(plain) // 200):
        broken = plain[:at] + bytes([plain[at] ^ 4]) + plain[at + 1 :]
        try:
            opened(zlib.compress(broken), program)
        except Damaged:
            continue


def test_of_another_program_there_is_nothing_to_go_on_from(program: Program) -> None:
    other = program_of({"app.py": "def main():\n    pass\n"})
    with pytest.raises(Damaged):
        opened(suspended(program, "app.main"), other)
