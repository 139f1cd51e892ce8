"""Whether files may have been written when a call runs: before it, around it, and before its callers."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.effects import Knowledge
from code_path_audit.profiles.reach import reach
from code_path_audit.profiles.steady import Steady
from tests.profiles.builders import build

# the body of `main`, and whether a file may be written before `read` reads its own

BEFORE = {
    "written first": ("write()\nread()", True),
    "written after": ("read()\nwrite()", False),
    "in a loop": ("for name in names:\n    read()\n    write()", True),
    "in another loop, after": ("for name in names:\n    read()\nfor name in names:\n    write()", False),
    "in a loop around both loops": (
        "for name in names:\n    for one in name:\n        read()\n    for one in name:\n        write()",
        True,
    ),
    "by what is called first": ("one()\nread()", True),
    "by what is called after": ("read()\none()", False),
    "before the caller of it": ("write()\ntwo()", True),
    "after the caller of it": ("two()\nwrite()", False),
    "after a generator is made, which runs on": ("rows = later()\nwrite()\nfor row in rows: print(row)", True),
    "by one that calls itself": ("again(names)\nread()", True),
    "after it in one that calls itself": ("three(names)", True),
    "never": ("read()", False),
}
PROGRAM = """
def read(): return Path("a").read_text()
def write(): Path("b").write_text("b")
def one(): write()
def two(): read()
def three(names):
    read()
    three(names)
    write()
def again(names):
    again(names)
    write()
def later():
    yield read()
"""


@pytest.mark.parametrize("case", BEFORE)
def test_what_may_be_written_before_a_file_is_read(case: str) -> None:
    body, expected = BEFORE[case]
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    built = build(f"def main(names):\n{lines}{PROGRAM}")
    reached = reach(built.program, built.graph, ("m.main",), built.ops, built.mutations, None)
    known = Knowledge(reached, Steady(reached), ())
    (op,) = [row for row in reached.ops if row.function == "m.read"]
    assert known.file_writes.may_be_before(op.function, op.site) is expected


def test_a_call_of_what_reads_at_once_or_of_a_generator_may_read_later() -> None:
    built = build(f"def main(names):\n    two()\n    write()\n{PROGRAM}")
    (at_once,) = [edge for edge in built.graph.edges if edge.callee == "m.two"]
    graph = built.graph._replace(edges=tuple(sorted((*built.graph.edges, at_once._replace(callee="m.later")))))
    reached = reach(built.program, graph, ("m.main",), built.ops, built.mutations, None)
    (op,) = [row for row in reached.ops if row.function == "m.read"]
    assert Knowledge(reached, Steady(reached), ()).file_writes.may_be_before(op.function, op.site)
