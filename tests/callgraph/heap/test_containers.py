"""Containers that hand on their elements, however many."""

from __future__ import annotations

from tests.callgraph.solving import edges, solve


def test_a_long_chain_of_dicts_that_update_one_another() -> None:
    count = 1200
    source = "def g(): pass\ndef key(x): return 'a'\ndef f():\n"
    source += "".join(f"    d{i} = {{}}\n" for i in range(count))
    source += "".join(f"    d{i}.update(d{i - 1})\n" for i in range(1, count))
    source += f"    d0[key(key(key(1)))] = g\n    d{count - 1}['a']()\n"
    assert "m.f -> m.g call certain" in edges(solve(source))
