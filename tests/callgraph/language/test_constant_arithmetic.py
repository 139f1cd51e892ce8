"""Arithmetic of constants: the results are those of Python, where there is one."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.callgraph.language import constant_arithmetic
from code_path_audit.facts.texts import LARGEST_INT
from tests.callgraph.solving import solve


@pytest.mark.parametrize(
    "source", ["n = 0\ndef f():\n    global n\n    n = n + 1\n    g(n)\n", "def f(n=9): f(n - 1)\n"]
)
def test_a_sum_that_never_ends_is_some_int(source: str) -> None:
    assert not solve(f"{source}def g(n): pass\n").widened


NUMBERS = st.one_of(st.integers(-5, 70), st.integers(-(2**70), 2**70))


@given(st.sampled_from(sorted(constant_arithmetic.OPERATORS)), NUMBERS, NUMBERS)
def test_results_are_those_of_python(name: str, left: int, right: int) -> None:
    number = constant_arithmetic.result(name, left, right)
    if number is None:
        fails = right == 0 or not 0 <= right <= constant_arithmetic.LARGEST_SHIFT
        assert fails or abs(getattr(operator, name)(left, right)) >= LARGEST_INT
    else:
        assert type(number) is int
        assert number == getattr(operator, name)(left, right)
