"""What functions do beside computing their results: what ops they lead to."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.effects import Knowledge
from code_path_audit.profiles.reach import reach
from code_path_audit.profiles.runs.graph import bits
from code_path_audit.profiles.steady import Steady
from tests.profiles.builders import build


@pytest.mark.parametrize("count", [3, 200])
def test_the_weight_below_a_function_is_that_of_all_ops_that_it_leads_to(count: int) -> None:
    """Of few functions and of many, each op once."""
    functions = "".join(f"def f{n}():\n    Path('a').read_text()\n" for n in range(count))
    source = "def main():\n" + "".join(f"    f{n}()\n" for n in range(count)) + "    pair()\n" + functions
    built = build(source + "def pair():\n    f1()\n    f2()\n    f1()\n")
    reached = reach(built.program, built.graph, ("m.main",), built.ops, built.mutations, None)
    known = Knowledge(reached, Steady(reached), ())
    tables = known.load_tables(reached.ops)
    weights = {op.function: op.weight for op in reached.ops}
    assert len(weights) == count
    assert known.load_below("m.f1", tables) == weights["m.f1"]
    assert known.load_below("m.pair", tables) == weights["m.f1"] + weights["m.f2"]
    assert known.load_below("m.main", tables) == sum(weights.values())


def test_bits_of_a_mask() -> None:
    assert list(bits(0)) == []
    assert list(bits(0b1001 | 1 << 200)) == [0, 3, 200]
