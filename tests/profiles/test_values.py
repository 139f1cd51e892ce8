"""What the values of one function are made of, and that asking it is no more work than there are registers."""

from __future__ import annotations

from code_path_audit.profiles.values import MERGES, Values
from tests.callgraph.solving import program_of


class Counted(Values):
    """Counts how often it is worked out where a value was made."""

    worked_out = 0

    def _origin(self, reg: int, merges: int) -> int:
        self.worked_out += 1
        return super()._origin(reg, merges)


def test_where_branches_meet_each_value_is_worked_out_once() -> None:
    """As each asks for those before, two loops with twelve branches took 72,000 times."""
    branches = "".join(
        f"            if word == {number}:\n                a, b = b, a\n                continue\n"
        for number in range(12)
    )
    loops = f"    while True:\n        for word in words:\n{branches}        a = b\n"
    program = program_of({"m": f"def f(a, b, words):\n{loops}    return a\n"})
    values = Counted(program.modules["m"].functions[1])
    for reg in values.made:
        values.origin(reg)
    assert values.worked_out <= len(values.made) * (MERGES + 1)
