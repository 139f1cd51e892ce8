"""Sizes that the recorder takes: cheap, capped, and never an error."""

from collections import OrderedDict
from typing import Any, NamedTuple

import pytest

from code_path_audit.runtime.record.code_path_audit_agent.sizes import SIZERS, nodes


class Thing:
    def __init__(self) -> None:
        self.name = "thing"
        self.parts = [1, 2]


class Row(NamedTuple):
    """A class made of a builtin container, as many libraries have them."""

    a: int
    b: list[int]


class Names(dict[str, object]):
    """One whose own methods must not run."""

    def values(self) -> Any:
        raise AssertionError("the program's code ran")

    __iter__ = __len__ = keys = items = copy = values


CYCLE: list[object] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1), ("text", 1), (None, 1), ([], 1), ([1, 2], 3), ({"a": 1}, 3), ({"a": [1, {"b": None}]}, 7),
        ((1, (2,)), 4),
        (OrderedDict(a=1, b=[2]), 6), (Row(1, [2, 3]), 5), (Names(a=1, b={"c": 2}), 7), (Names(), 1),
        (Thing(), 7), (CYCLE, 2), (object(), 1),
    ],
)  # fmt: skip
def test_nodes(value: object, expected: int) -> None:
    assert nodes(value) == expected


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ([1] * 100_000, 100_001),
        ({str(n): [n, n] for n in range(20_000)}, 1 + 4 * 20_000),
        ([{"a": n, "b": [n, n]} for n in range(10_000)], 1 + 7 * 10_000),
    ],
)
def test_large_values_are_estimated(value: object, exact: int) -> None:
    assert exact / 1.3 < nodes(value) < exact * 1.3


@pytest.mark.parametrize("name", sorted(SIZERS))
@pytest.mark.parametrize("args", [(), (None,), (object(), object()), ("\0",), (-1, b"bytes")])
def test_no_sizer_fails_on_odd_arguments(name: str, args: tuple[object, ...]) -> None:
    assert isinstance(SIZERS[name](args, object()), int | None)
