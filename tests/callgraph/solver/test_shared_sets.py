"""Equal points-to sets are kept once, and each variable still has its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.callgraph.solver.abstract_values import INT
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import Variables
from code_path_audit.callgraph.solver.shared_sets import share

ADDED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=120)
"""Variables, each with a value that it gets."""


@given(ADDED, ADDED)
def test_sets_that_are_shared_are_those_of_before(first: list[tuple[int, int]], then: list[tuple[int, int]]) -> None:
    """Equal points-to sets become one, with their values in the order that they had; each grows for itself."""
    plain, sharing = Variables(), Variables()
    for variables in (plain, sharing):
        for number in range(41):
            variables.of(INT, number)
        variables.variables(4)
    for rows in (first, then):
        for place, value in rows:
            for variables in (plain, sharing):
                variables.add(Var(1 + place), Value(value))
        before = [sharing.holds(Var(1 + place)) for place in range(4)]
        share(sharing.pts)
        assert [sharing.holds(Var(1 + place)) for place in range(4)] == before
        assert [set(values) for values in before] == [set(plain.holds(Var(1 + place))) for place in range(4)]


def test_equal_sets_are_one() -> None:
    """Also one that became equal to one of before; none changes with another that had the same values."""
    variables = Variables()
    for number in range(4):
        variables.of(INT, number)
    one, other, third = (variables.variable() for _ in range(3))
    for var in (one, other):
        variables.propagate([Value(0), Value(1)], (var,))
    share(variables.pts)
    assert variables.pts[one] is variables.pts[other]
    variables.add(one, Value(2))
    assert (variables.holds(one), variables.holds(other)) == ([0, 1, 2], [0, 1])
    variables.propagate([Value(0), Value(1), Value(2)], (third,))
    variables.propagate([Value(3)], (other,))
    share(variables.pts)
    assert variables.pts[one] is variables.pts[third]
    assert variables.holds(other) == [0, 1, 3]
