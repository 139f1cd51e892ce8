"""The fuzz target: every kind has seeds that are read, a run finds nothing, and what is found becomes a row here."""

from __future__ import annotations

import pytest

from benchmarks import fuzz

KINDS = fuzz.kinds()


@pytest.mark.parametrize("name", KINDS)
def test_the_seeds_are_read(name: str) -> None:
    kind = KINDS[name]
    for seed in kind.seeds[:5]:
        kind.read(seed)


def test_a_run_is_the_same_again_and_finds_nothing() -> None:
    assert fuzz.run(300, 600, 1) == fuzz.run(300, 600, 1) == (300, [])


FOUND: dict[str, tuple[str, bytes]] = {}
"""What runs of the target found: the kind, and the input."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_is_refused_or_read(name: str) -> None:
    kind, data = FOUND[name]
    try:
        KINDS[kind].read(data)
    except KINDS[kind].expected:
        return
